-- The twelve most used keywords of a topic, with the number of its papers that have each.
select keywords.id, keywords.name, count(distinct listings.paper) as paper_count
from listings
join paper_keywords on paper_keywords.paper = listings.paper
join keywords on keywords.id = paper_keywords.keyword
where listings.topic = :id
group by keywords.id
order by count(distinct listings.paper) desc, keywords.name
limit 12
