-- How many papers came into the list in each month of a year, by their first topic; the latest month first.
select
  counts.month,
  topics.id as topic_id,
  coalesce(topics.name, 'No topic') as topic,
  counts.paper_count
from stored_additions as counts
left join topics on topics.id = counts.topic
where counts.month >= :year and counts.month < :year || '~'
order by counts.month desc, topics.position nulls last
