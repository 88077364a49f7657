-- How many papers of a list each of its topics has.
select topics.id, topics.name, counts.paper_count
from stored_list_topics as counts
join topics on topics.id = counts.topic
where counts.list = :id
order by topics.position
