-- First and last list year of the papers of a topic, and how many of them have a link to code.
select topics.first_year as first, topics.last_year as last, facts.with_code
from topics
join stored_topic_facts as facts on facts.topic = topics.id
where topics.id = :id
