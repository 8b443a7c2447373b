-- What was given up lately is counted with every look.
CREATE INDEX entregas_que_falharam ON entregas (criada_em) WHERE estado = 'FALHOU';
