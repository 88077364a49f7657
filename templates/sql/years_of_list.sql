-- How many papers a list has in each list year.
select year, paper_count
from stored_list_years
where list = :id and year is not null
