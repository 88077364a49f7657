-- What a card shows of each paper, in the order of the keys; columns are named as in the search.
select
  papers.id as paper,
  papers.title,
  papers.authors,
  topics.name as topic,
  topics.id as topic_id,
  papers.year,
  venues.name as venue,
  venues.id as venue_id,
  papers.venue_year,
  papers.submitted,
  papers.digest,
  papers.paper_url,
  papers.code_url
from json_each(:papers) as page
join papers on papers.id = page.value
left join topics on topics.id = papers.topic
left join venues on venues.id = papers.venue
order by page.key
