-- The ten most listed authors of a topic, with the number of their papers in it.
select authors.id, authors.name, counts.paper_count
from stored_topic_authors as counts
join authors on authors.id = counts.author
where counts.topic = :id
order by counts.place
