-- Papers by topic and year
-- The papers that the list files under a topic, a year, or both, in list order; without either, all of them.
-- :topic key of a topic, e.g. neural-collapse
-- :year year of the list's heading, e.g. 2022
with chosen(id) as (
  select id from listings where topic = :topic and :year = ''
  union all
  select id from listings where topic = :topic and year = cast(:year as integer)
  union all
  select id from listings where :topic = '' and year = cast(:year as integer)
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
