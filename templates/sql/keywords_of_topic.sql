-- The twelve most used keywords of a topic, with the number of its papers that have each.
select keywords.id, keywords.name, counts.paper_count
from stored_topic_keywords as counts
join keywords on keywords.id = counts.keyword
where counts.topic = :id
order by counts.paper_count desc, keywords.name
limit 12
