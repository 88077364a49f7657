-- How many papers of a venue the list has in each list year.
select year, count(*) as paper_count
from papers
where venue = :id and year is not null
group by year
