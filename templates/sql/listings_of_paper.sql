-- Where the list has a paper: line, list year, and the topic if there is one.
select listings.line, listings.year, topics.id, topics.name
from listings
left join topics on topics.id = listings.topic
where listings.paper = :paper
order by listings.id
