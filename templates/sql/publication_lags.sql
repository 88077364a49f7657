-- How many papers appeared how many years after their first version on arXiv.
select
  lag_years || case lag_years when 1 then ' year' else ' years' end as lag,
  paper_count,
  lag_years
from stored_publication_lags
order by lag_years
