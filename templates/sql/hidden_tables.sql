-- The full-text indexes and what is stored for pages and searches, which Datasette hides; no parts of an index.
select name, sql not like 'create virtual table%' as is_stored
from sqlite_master
where type = 'table' and (sql like 'create virtual table%' or (name like 'stored_%' and name not like '%\_fts\_%' escape '\'))
order by name
