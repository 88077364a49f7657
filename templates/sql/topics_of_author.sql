-- The topics of the papers of an author, with the number of their papers that each lists.
select topics.id, topics.name, count(distinct listings.paper) as paper_count
from paper_authors
join listings on listings.paper = paper_authors.paper
join topics on topics.id = listings.topic
where paper_authors.author = :id
group by topics.id
order by count(distinct listings.paper) desc, topics.position
