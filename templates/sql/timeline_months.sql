-- How many papers each first topic has in each month of submission, those without a known month under none; in the order
-- of the timeline.
select
  coalesce(topics.id, '') as topic_id,
  coalesce(topics.name, 'No topic') as topic,
  months.submitted,
  months.year,
  months.paper_count
from stored_months as months
left join topics on topics.id = months.topic
order by topics.position is null, topics.position, months.submitted
