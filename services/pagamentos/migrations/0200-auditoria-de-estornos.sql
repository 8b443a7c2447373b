-- Refunds by hand, and decisions on those that the provider does not make, are in the audit log: whoever writes them.
CREATE FUNCTION auditar_estorno() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo, dados, correlacao)
  SELECT 'estorno.pedido', NEW.autor_id, c.cliente_id, 'estorno/' || NEW.estorno_id,
         jsonb_build_object('pagamentoId', NEW.cobranca_id, 'valorCentavos', NEW.valor_centavos), nullif(NEW.correlacao, '')
    FROM cobrancas c WHERE c.id = NEW.cobranca_id;
  RETURN NULL;
END $$;
CREATE TRIGGER auditoria_estornos_auditada AFTER INSERT ON auditoria_estornos FOR EACH ROW EXECUTE FUNCTION auditar_estorno();

CREATE FUNCTION auditar_decisao_de_estorno() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo, dados, correlacao)
  SELECT 'estorno.decidido', NEW.autor_id, c.cliente_id, 'estorno/' || NEW.estorno_id,
         jsonb_build_object('acao', NEW.acao, 'valorCentavos', NEW.valor_centavos), nullif(NEW.correlacao, '')
    FROM estornos e JOIN cobrancas c ON c.id = e.cobranca_id WHERE e.id = NEW.estorno_id;
  RETURN NULL;
END $$;
CREATE TRIGGER decisoes_de_estornos_auditadas AFTER INSERT ON decisoes_de_estornos FOR EACH ROW EXECUTE FUNCTION auditar_decisao_de_estorno();
