-- contracao: no limite novo cabe tudo o que cabia no de antes
-- What groups may in a space, as it was and as it is: five rights of fifty groups, twice.
ALTER TABLE auditoria
  DROP CONSTRAINT auditoria_dados_check,
  ADD CONSTRAINT auditoria_dados_check CHECK (octet_length(dados::text) <= 24000) NOT VALID;
