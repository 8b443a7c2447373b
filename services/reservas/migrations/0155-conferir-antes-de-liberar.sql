-- A hold that is over still stands while the provider is asked whether it was paid in time; the column says so. It has a
-- default and no NOT NULL: an older instance still writes rows without it.
ALTER TABLE reservas ADD conferindo boolean DEFAULT false;

-- By how much the chosen means of payment may lengthen a hold.
ALTER TABLE espacos ADD prorrogacao_maxima_minutos int NOT NULL DEFAULT 15
  CHECK (prorrogacao_maxima_minutos BETWEEN 0 AND 1440);

-- Sagas under way: how far a hold may be lengthened, as it was promised to those who wait for their payment; and those
-- that wait for the end of a charge ask for it again, in case nobody answers any more.
UPDATE sagas SET estado = jsonb_set(estado, '{compra,prorrogacaoMinutos}', '15')
  || CASE estado ->> 'passo' WHEN 'COBRANDO' THEN jsonb_build_object('limite', estado -> 'compra' -> 'limiteRetencao') ELSE '{}' END
 WHERE nome = 'reserva';
UPDATE sagas SET prazo = now(), estado = estado || jsonb_build_object('prazo', now())
 WHERE nome = 'reserva' AND estado ->> 'passo' = 'ENCERRANDO_COBRANCA';
