-- contracao: a restrição dá lugar a outra que aceita mais; o que a versão anterior grava cabe nas duas
ALTER TABLE sessoes
  DROP CONSTRAINT sessoes_motivo_check,
  ADD CONSTRAINT sessoes_motivo_check CHECK (motivo IN ('SAIDA', 'REUSO', 'REVOGADA', 'SENHA', 'CONTA', 'EXCESSO')) NOT VALID;
