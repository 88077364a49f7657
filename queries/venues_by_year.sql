-- Venues by year
-- Papers per venue and the year given with it, for one kind of venue (conference, journal, workshop, thesis) or for all.
-- :kind kind of venue (venues.kind)
-- fragment: g.mark=bar&g.x_column=year&g.x_type=ordinal&g.y_column=paper_count&g.y_type=quantitative&g.color_column=venue
select
  venues.name as venue,
  venues.kind,
  papers.venue_year as year,
  count(*) as paper_count,
  venues.id as venue_id
from venues
cross join papers on papers.venue = venues.id
where papers.venue_year is not null
  and (:kind = '' or venues.kind = :kind)
group by venues.id, papers.venue_year
order by papers.venue_year, venues.name
