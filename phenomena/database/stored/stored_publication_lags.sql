-- Papers by the years from their first version on arXiv to the venue.
select lag_years, count(*) as paper_count
from publication_lag
group by lag_years
