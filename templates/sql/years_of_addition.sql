-- How many papers came into the list in each year, the latest first; no row without a history.
select substr(month, 1, 4) as year, sum(paper_count) as paper_count
from stored_additions
group by substr(month, 1, 4)
order by year desc
