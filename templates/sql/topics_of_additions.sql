-- How many papers came into the list in each month of a year, by their first topic; the latest month first.
select
  substr(papers.added, 1, 7) as month,
  topics.id as topic_id,
  coalesce(topics.name, 'No topic') as topic,
  count(*) as paper_count
from papers
left join topics on topics.id = papers.topic
where papers.added >= :year and papers.added < :year || '~'
group by month, topics.id
order by month desc, topics.position nulls last
