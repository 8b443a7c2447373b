-- What somebody agrees to is said of them: by the outbox that forgets, as usuario.* is (0007).
CREATE TRIGGER eventos_sem_consentimentos BEFORE INSERT ON eventos FOR EACH ROW
  WHEN (NEW.tipo LIKE 'consentimento.%') EXECUTE FUNCTION desviar_mensagem_pessoal();
