-- Sagas whose deadline fails for long are counted with every look.
CREATE INDEX sagas_que_falham ON sagas (nome) WHERE falhas >= 10;
