-- Venues by year
-- Papers per venue and the year given with it, for one kind of venue (conference, journal, workshop, thesis) or for all.
-- :kind kind of venue (venues.kind)
-- fragment: g.mark=bar&g.x_column=year&g.x_type=ordinal&g.y_column=paper_count&g.y_type=quantitative&g.color_column=venue
select
  venue,
  kind,
  year,
  paper_count,
  venue_id
from venue_years
where year is not null
  and (:kind = '' or kind = :kind)
order by year, venue
