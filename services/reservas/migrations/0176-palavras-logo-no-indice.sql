-- Spaces are changed seldom and searched often: what is new enters the index at once. In its waiting list every search
-- would read it all, and be planned to read the table instead, until somebody vacuums.
ALTER INDEX espacos_texto_buscado SET (fastupdate = off);
SELECT gin_clean_pending_list('espacos_texto_buscado');
