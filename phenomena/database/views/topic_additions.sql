-- Number of today's entries for every topic and every year of addition, zeros included, and how many there are by then.
select
  topics.name as topic,
  counts.added_year,
  counts.entry_count,
  counts.entries_so_far,
  topics.id as topic_id
from topics
cross join stored_topic_additions as counts on counts.topic = topics.id
order by topics.position, counts.added_year
