-- The spaces that reservas has told of: what groups may is said of these, and of no other.
CREATE TABLE espacos_conhecidos (
  id uuid PRIMARY KEY
);
-- What was said before was said of spaces.
INSERT INTO espacos_conhecidos SELECT espaco_id FROM acessos_de_espacos;
