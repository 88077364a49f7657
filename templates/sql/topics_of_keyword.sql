-- The topics of the papers of a keyword, with the number of its papers that each lists.
select topics.id, topics.name, counts.paper_count
from stored_topic_keywords as counts
join topics on topics.id = counts.topic
where counts.keyword = :id
order by counts.paper_count desc, topics.position
