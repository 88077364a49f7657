-- The tables of the full-text index, which Datasette hides.
select name
from sqlite_master
where type = 'table' and name like 'papers_fts%'
order by name
