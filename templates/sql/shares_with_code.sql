-- The share of the papers of each list year that have a link to code, the latest year first.
select
  year,
  share,
  with_code || ' of ' || paper_count as note
from code_by_year
order by year desc
