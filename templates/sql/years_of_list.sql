-- How many papers a list has in each list year.
select papers.year, count(*) as paper_count
from papers
where papers.year is not null and papers.id in (select paper from listings where list = :id)
group by papers.year
