-- How many papers each of some topics lists in each year.
select listings.topic as id, listings.year, count(distinct listings.paper) as paper_count
from json_each(:keys) as page
cross join listings on listings.topic = page.value
group by listings.topic, listings.year
