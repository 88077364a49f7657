-- How many papers of a venue have each venue year.
select venue_year as year, sum(paper_count) as paper_count
from stored_venue_years
where venue = :id and venue_year is not null
group by venue_year
