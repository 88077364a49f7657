-- Number of papers for every topic and every year from the first to the last, zeros included.
with recursive years(year) as (
  select min(year) from listings
  union all
  select year + 1 from years where year < (select max(year) from listings)
)
select
  topics.name as topic,
  cast(years.year as integer) as year,
  cast((
    select count(distinct listings.paper)
    from listings
    where listings.topic = topics.id and listings.year = years.year
  ) as integer) as paper_count,
  topics.id as topic_id
from topics
join years on years.year is not null
order by topics.position, years.year
