-- The keywords of a paper in their order.
select keywords.id, keywords.name
from paper_keywords
join keywords on keywords.id = paper_keywords.keyword
where paper_keywords.paper = :paper
order by paper_keywords.position
