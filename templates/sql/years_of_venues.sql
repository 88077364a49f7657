-- How many papers each of some venues has in each list year.
select counts.venue as id, counts.year, sum(counts.paper_count) as paper_count
from json_each(:keys) as page
cross join stored_venue_years as counts on counts.venue = page.value
group by counts.venue, counts.year
