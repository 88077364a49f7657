-- Papers for every topic and every list year from the first to the last, zeros included.
with recursive years(year) as (
  select min(year) from listings
  union all
  select year + 1 from years where year < (select max(year) from listings)
)
select
  topics.id as topic,
  years.year,
  count(distinct listings.paper) as paper_count
from topics
join years on years.year is not null
left join listings on listings.topic = topics.id and listings.year = years.year
group by topics.id, years.year
