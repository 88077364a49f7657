-- How many papers with a keyword the list has in each year.
select year, paper_count
from stored_keyword_years
where keyword = :id and year is not null
order by year
