-- Number of today's entries for every topic and every year of addition, zeros included, and how many there are by then.
with recursive years(year) as (
  select cast(substr(min(added), 1, 4) as integer) from listings
  union all
  select year + 1 from years where year < (select substr(max(added), 1, 4) + 0 from listings)
)
select
  topics.name as topic,
  cast(years.year as integer) as added_year,
  cast((
    select count(*)
    from listings
    where listings.topic = topics.id
      and listings.added >= cast(years.year as text) and listings.added < cast(years.year + 1 as text)
  ) as integer) as entry_count,
  cast((
    select count(*) from listings where listings.topic = topics.id and listings.added < cast(years.year + 1 as text)
  ) as integer) as entries_so_far,
  topics.id as topic_id
from topics
join years on years.year is not null
order by topics.position, years.year
