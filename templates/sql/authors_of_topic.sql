-- The ten most listed authors of a topic, with the number of their papers in it.
select authors.id, authors.name, count(distinct listings.paper) as paper_count
from listings
join paper_authors on paper_authors.paper = listings.paper
join authors on authors.id = paper_authors.author
where listings.topic = :id
group by authors.id
order by count(distinct listings.paper) desc, authors.paper_count desc, authors.sort_name
limit 10
