-- How many papers each topic has in each list year, zeros included; topics in their order.
select topic, year, paper_count, topic_id
from topic_years
