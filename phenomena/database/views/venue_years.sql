-- Number of papers for each venue and the year given with it.
select
  venues.name as venue,
  venues.kind,
  counts.venue_year as year,
  cast(sum(counts.paper_count) as integer) as paper_count,
  counts.venue as venue_id
from stored_venue_years as counts
left join venues on venues.id = counts.venue
group by counts.venue, counts.venue_year
