-- How many keywords each topic has, by the topic in which each is most used; those of no topic under null.
select topic as id, count(*) as keyword_count
from keywords
group by topic
