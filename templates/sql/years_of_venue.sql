-- How many papers of a venue the list has in each list year.
select year, sum(paper_count) as paper_count
from stored_venue_years
where venue = :id and year is not null
group by year
