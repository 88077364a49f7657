-- How many papers each of some venues has in each list year.
select papers.venue as id, papers.year, count(*) as paper_count
from json_each(:keys) as page
join papers on papers.venue = page.value
group by papers.venue, papers.year
