-- Facet, value, label and count of the first values of each facet among all papers, as the build counted them.
select * from (
  select 'topic' as facet, id as value, name as label, paper_count as count
  from topics
  order by paper_count desc, position
  limit :facet_limit
)
union all
select * from (
  select 'list', id, name, paper_count
  from lists
  order by paper_count desc, position
  limit :facet_limit
)
union all
select * from (
  select 'year', cast(value as integer) as year, cast(value as integer), paper_count
  from stored_facet_sets
  where facet = 'year' and within = ''
  order by year desc
  limit :facet_limit
)
union all
select * from (
  select 'venue', id, name, paper_count
  from venues
  order by paper_count desc, name
  limit :facet_limit
)
union all
select * from (
  select 'keyword', id, name, paper_count
  from keywords
  order by paper_count desc, name
  limit :facet_limit
)
union all
select * from (
  select 'author', id, name, paper_count
  from authors
  order by paper_count desc, name
  limit :facet_limit
)
union all
select * from (
  select 'code', value, iif(value = 'isnull', 'Without code', 'With code'), paper_count
  from stored_facet_sets
  where facet = 'code' and within = ''
  order by value desc
  limit :facet_limit
)
union all
select * from (
  select 'added', value, value, paper_count
  from stored_facet_sets
  where facet = 'added' and within = ''
  order by value desc
  limit :facet_limit
)
