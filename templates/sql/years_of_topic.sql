-- How many papers the list files under a topic in each year; a paper filed twice counts in both its years.
select year, count(distinct paper) as paper_count
from listings
where topic = :id and year is not null
group by year
