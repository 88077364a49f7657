-- How many papers with a keyword the list has in each year.
select papers.year, count(distinct papers.id) as paper_count
from paper_keywords
join papers on papers.id = paper_keywords.paper
where paper_keywords.keyword = :id and papers.year is not null
group by papers.year
