-- Papers by topic and year
-- The papers that the list files under a topic, a year, or both, in list order; without either, all of them.
-- :topic a topic's name or key (topics)
-- :year year of the list's heading (listings.year)
with asked(topic) as (
  select id from topics where id = lower(replace(:topic, ' ', '-')) or name = :topic collate nocase
),
chosen(id) as (
  select listings.id from asked cross join listings on listings.topic = asked.topic where :year = ''
  union all
  select listings.id from asked cross join listings on listings.topic = asked.topic and listings.year = :year
  union all
  select id from listings where :topic = '' and year = :year
  union all
  select id from listings where :topic = '' and :year = ''
)
select
  papers.id as paper,
  papers.title,
  papers.authors,
  topics.name as topic,
  listings.year,
  venues.name as venue,
  papers.paper_url,
  papers.code_url
from chosen
cross join listings on listings.id = chosen.id
join papers on papers.id = listings.paper
left join topics on topics.id = listings.topic
left join venues on venues.id = papers.venue
order by listings.id
