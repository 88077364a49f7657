-- The columns of every table and view that visitors query, with the table that a foreign key refers to.
select
  schema.rowid as position,
  schema.name,
  schema.type,
  columns.name as column_name,
  columns.type as column_type,
  keys."table" as refers_to
from sqlite_master as schema
join pragma_table_info(schema.name) as columns
left join pragma_foreign_key_list(schema.name) as keys on keys."from" = columns.name
where schema.type in ('table', 'view')
  and schema.name not like 'papers_fts%'
  and schema.name not like 'stored_%'
  and schema.name not like 'sqlite_%'
order by schema.rowid, columns.cid
