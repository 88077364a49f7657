-- Papers by topic and year
-- The papers that the list files under a topic, a year, or both, in list order; without either, all of them.
-- :topic key of a topic, e.g. neural-collapse
-- :year year of the list's heading, e.g. 2022
select
  papers.id as paper,
  papers.title,
  papers.authors,
  topics.name as topic,
  listings.year,
  venues.name as venue,
  papers.paper_url,
  papers.code_url
from listings
join papers on papers.id = listings.paper
left join topics on topics.id = listings.topic
left join venues on venues.id = papers.venue
where (:topic = '' or listings.topic = :topic)
  and (:year = '' or listings.year = cast(:year as integer))
order by listings.id
