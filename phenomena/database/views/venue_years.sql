-- Number of papers for each venue and the year given with it.
select
  venues.name as venue,
  venues.kind,
  papers.venue_year as year,
  cast(count(*) as integer) as paper_count,
  venues.id as venue_id
from venues
join papers on papers.venue = venues.id
group by venues.id, papers.venue_year
