-- How many papers of a venue each topic has, by their first topic.
select topics.id, topics.name, count(*) as paper_count
from papers
join topics on topics.id = papers.topic
where papers.venue = :id
group by topics.id
order by count(*) desc, topics.name
