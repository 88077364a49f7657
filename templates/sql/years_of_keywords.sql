-- How many papers each of some keywords has in each list year.
select paper_keywords.keyword as id, papers.year, count(*) as paper_count
from json_each(:keys) as page
join paper_keywords on paper_keywords.keyword = page.value
join papers on papers.id = paper_keywords.paper
group by paper_keywords.keyword, papers.year
