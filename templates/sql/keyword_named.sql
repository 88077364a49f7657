-- The keyword of a name or key, whatever its case, spaces, hyphens and plural; how many papers have it.
select id, name, paper_count
from keywords
where id in (
  lower(replace(replace(:name, ' ', ''), '-', '')), rtrim(lower(replace(replace(:name, ' ', ''), '-', '')), 's')
)
  or name = :name
order by name <> :name, paper_count desc
limit 1
