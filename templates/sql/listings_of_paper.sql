-- Where the lists have a paper: list, line, list year, and the topic if there is one.
select listings.line, listings.year, topics.id, topics.name, lists.id as list, lists.name as list_name, lists.file
from listings
join lists on lists.id = listings.list
left join topics on topics.id = listings.topic
where listings.paper = :paper
order by listings.id
