-- sem-transacao
-- What somebody said when cancelling stood twice in a notice, and an erasure took away one of them: a notice's booking
-- has no such field any more, and those that are kept lose theirs.
DO $$ BEGIN
  LOOP
    UPDATE entregas SET dados = dados #- '{reserva,justificativa}'
     WHERE id IN (SELECT id FROM entregas WHERE dados -> 'reserva' ? 'justificativa' LIMIT 1000);
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
END $$;
