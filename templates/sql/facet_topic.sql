-- Value, label and count of each topic among the papers of a page, those of a list year where one is chosen.
select topics.id as value, topics.name as label, count(distinct page.id) as count
from page
cross join listings on listings.paper = page.id
cross join topics on topics.id = listings.topic
where :_year is null or listings.year = cast(:_year as integer)
group by topics.id
order by count desc, topics.position
limit :facet_limit
