-- How many papers of an author the list has in each year.
select papers.year, count(distinct papers.id) as paper_count
from paper_authors
join papers on papers.id = paper_authors.paper
where paper_authors.author = :id and papers.year is not null
group by papers.year
