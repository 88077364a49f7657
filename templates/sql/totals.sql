-- The span of list years, and the newest month of submission.
select
  (select min(year) from papers) as first,
  (select max(year) from papers) as last,
  (select max(submitted) from papers) as newest_month
