-- How many papers of a venue have each venue year.
select venue_year as year, count(*) as paper_count
from papers
where venue = :id and venue_year is not null
group by venue_year
