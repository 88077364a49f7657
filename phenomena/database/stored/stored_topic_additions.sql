-- Today's entries for every topic and every year of addition, zeros included, and how many there are by then. Empty
-- without a history.
with recursive years(year) as (
  select cast(substr(min(added), 1, 4) as integer) from listings
  union all
  select year + 1 from years where year < (select substr(max(added), 1, 4) + 0 from listings)
),
counts(topic, year, entry_count) as (
  select topic, cast(substr(added, 1, 4) as integer), count(*)
  from listings
  where added is not null
  group by topic, substr(added, 1, 4)
)
select
  topics.id as topic,
  years.year as added_year,
  coalesce(counts.entry_count, 0) as entry_count,
  coalesce(sum(counts.entry_count) over (partition by topics.id order by years.year), 0) as entries_so_far
from topics
join years on years.year is not null
left join counts on counts.topic = topics.id and counts.year = years.year
