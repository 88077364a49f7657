-- How many papers each of some keywords has in each list year.
select counts.keyword as id, counts.year, counts.paper_count
from json_each(:keys) as page
cross join stored_keyword_years as counts on counts.keyword = page.value
