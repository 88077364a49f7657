-- The span of list years, the newest month of submission, and how many papers have a venue.
select
  (select min(year) from papers) as first,
  (select max(year) from papers) as last,
  (select max(submitted) from papers) as newest_month,
  (select filled from coverage where "column" = 'venue') as with_venue
