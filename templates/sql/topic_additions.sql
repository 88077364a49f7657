-- How many of today's entries came into the list in each year, and by its end, for every topic; topics in their order.
select topic_additions.*
from topic_additions
join topics on topics.id = topic_additions.topic_id
order by topics.position, topic_additions.added_year
