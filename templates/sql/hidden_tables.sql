-- The full-text index and the stored counts, which Datasette hides.
select name, name like 'stored_%' as is_count
from sqlite_master
where type = 'table' and (sql like 'create virtual table%' or name like 'stored_%')
order by name
