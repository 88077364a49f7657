-- How many papers came into the list how long after their first version on arXiv, the quickest first.
select lag, paper_count
from stored_listing_lags
order by rowid
