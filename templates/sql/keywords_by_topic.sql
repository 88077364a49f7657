-- The most used keywords of each topic, by the topic in which each is most used; topics in their order.
select
  keywords.topic,
  keywords.id,
  keywords.name,
  keywords.paper_count,
  keywords.first_year,
  keywords.last_year
from topics
join keywords on keywords.rowid in (
  select own.rowid
  from keywords as own
  where own.topic = topics.id
  order by own.paper_count desc, own.name
  limit :most
)
order by topics.position, keywords.paper_count desc, keywords.name
