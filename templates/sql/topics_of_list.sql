-- How many papers of a list each of its topics has.
select topics.id, topics.name, count(distinct listings.paper) as paper_count
from listings
join topics on topics.id = listings.topic
where listings.list = :id
group by topics.id
order by topics.position
