-- Papers by how long after their first version on arXiv they came into the list, the quickest first. Empty without a
-- history.
select lag, count(*) as paper_count
from listing_lag
group by lag
order by min(lag_months)
