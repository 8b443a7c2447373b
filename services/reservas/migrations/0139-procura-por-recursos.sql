-- A search by resources alone looks at those that have them.
CREATE INDEX espacos_recursos ON espacos USING gin (recursos);
