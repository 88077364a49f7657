-- How many papers the list files under a topic in each year; a paper filed twice counts in both its years.
select year, paper_count
from stored_topic_years
where topic = :id and paper_count > 0
order by year
