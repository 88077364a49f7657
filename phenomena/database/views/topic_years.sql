-- Number of papers for every topic and every year from the first to the last, zeros included.
select
  topics.name as topic,
  counts.year,
  counts.paper_count,
  topics.id as topic_id
from topics
cross join stored_topic_years as counts on counts.topic = topics.id
order by topics.position, counts.year
