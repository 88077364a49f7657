-- Years from arXiv to the venue, for papers with both an arXiv identifier and a venue year.
select
  papers.id as paper,
  papers.title,
  papers.submitted,
  venues.name as venue,
  papers.venue_year,
  cast(papers.venue_year - substr(papers.submitted, 1, 4) as integer) as lag_years
from papers
join venues on venues.id = papers.venue
where papers.submitted is not null and papers.venue_year is not null
