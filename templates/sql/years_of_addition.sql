-- How many papers came into the list in each year, the latest first; no row without a history.
select substr(added, 1, 4) as year, count(*) as paper_count
from papers
where added is not null
group by substr(added, 1, 4)
order by year desc
