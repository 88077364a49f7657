-- The topics of the papers of a keyword, with the number of its papers that each lists.
select topics.id, topics.name, count(distinct listings.paper) as paper_count
from paper_keywords
join listings on listings.paper = paper_keywords.paper
join topics on topics.id = listings.topic
where paper_keywords.keyword = :id
group by topics.id
order by count(distinct listings.paper) desc, topics.position
