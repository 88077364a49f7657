-- Facet, value, label and count of the first values of each facet, for the counts by value of each.
select * from (
  select 'topic' as facet, topics.id as value, topics.name as label, counts.value as count
  from json_each(:topic_counts) as counts
  join topics on topics.id = counts.key
  order by count desc, topics.position
  limit :facet_limit
)
union all
select * from (
  select 'list', lists.id, lists.name, counts.value as count
  from json_each(:list_counts) as counts
  join lists on lists.id = counts.key
  order by count desc, lists.position
  limit :facet_limit
)
union all
select * from (
  select 'year', cast(counts.key as integer) as value, cast(counts.key as integer), counts.value
  from json_each(:year_counts) as counts
  order by value desc
  limit :facet_limit
)
union all
select * from (
  select 'venue', venues.id, venues.name, counts.value as count
  from json_each(:venue_counts) as counts
  join venues on venues.id = counts.key
  order by count desc, venues.name
  limit :facet_limit
)
union all
select * from (
  select 'keyword', keywords.id, keywords.name, counts.value as count
  from json_each(:keyword_counts) as counts
  join keywords on keywords.id = counts.key
  order by count desc, keywords.name
  limit :facet_limit
)
union all
select * from (
  select 'author', authors.id, authors.name, counts.value as count
  from json_each(:author_counts) as counts
  join authors on authors.id = counts.key
  order by count desc, authors.name
  limit :facet_limit
)
union all
select * from (
  select 'code', counts.key as value, iif(counts.key = 'isnull', 'Without code', 'With code'), counts.value
  from json_each(:code_counts) as counts
  order by value desc
  limit :facet_limit
)
union all
select * from (
  select 'added', counts.key as value, counts.key, counts.value
  from json_each(:added_counts) as counts
  order by value desc
  limit :facet_limit
)
