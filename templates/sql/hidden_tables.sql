-- The full-text index, which Datasette hides.
select name
from sqlite_master
where type = 'table' and sql like 'create virtual table%'
order by name
