-- How many papers came into the list how long after their first version on arXiv, the quickest first.
select lag, count(*) as paper_count
from listing_lag
group by lag
order by min(lag_months)
