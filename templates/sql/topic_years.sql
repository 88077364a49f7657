-- How many papers each topic has in each list year, zeros included; topics in their order.
select topic_years.*
from topic_years
join topics on topics.id = topic_years.topic_id
order by topics.position, topic_years.year
