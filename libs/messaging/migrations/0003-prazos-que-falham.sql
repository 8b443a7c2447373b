-- A saga whose deadline could not be carried out waits before it is tried again, so that it does not stand before others.
ALTER TABLE sagas ADD falhas int NOT NULL DEFAULT 0, ADD tentar_em timestamptz;
