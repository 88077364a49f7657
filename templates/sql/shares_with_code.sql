-- The papers of each list year, and the share that has a link to code, the earliest year first.
select
  year,
  paper_count,
  share,
  with_code || ' of ' || paper_count as note
from code_by_year
order by year
