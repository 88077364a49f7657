-- First and last list year of the papers of a topic, and how many of them have a link to code.
select
  min(listings.year) as first,
  max(listings.year) as last,
  count(distinct papers.id) filter (where papers.code_url is not null) as with_code
from listings
join papers on papers.id = listings.paper
where listings.topic = :id
