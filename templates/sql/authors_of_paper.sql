-- The authors of a paper in their order.
select authors.id, authors.name
from paper_authors
join authors on authors.id = paper_authors.author
where paper_authors.paper = :paper
order by paper_authors.position
