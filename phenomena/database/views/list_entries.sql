-- The list as other programs read it: one row per entry, in list order, text as written.
select
  listings.line,
  topics.name as topic,
  listings.year,
  listings.title,
  listings.authors,
  listings.venue,
  listings.keywords,
  listings.paper_url,
  listings.code_url,
  listings.digest,
  listings.paper,
  listings.list
from listings
left join topics on topics.id = listings.topic
order by listings.id
