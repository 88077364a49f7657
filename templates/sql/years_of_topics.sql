-- How many papers each of some topics lists in each year.
select counts.topic as id, counts.year, counts.paper_count
from json_each(:keys) as page
cross join stored_topic_years as counts on counts.topic = page.value
