-- How many papers each list has under each of its topics.
select
  list,
  topic,
  count(distinct paper) as paper_count
from listings
where topic is not null
group by list, topic
