-- Value, label and count of each list year among the papers of a page, under a topic where one is chosen.
select listings.year as value, listings.year as label, count(distinct page.id) as count
from page
cross join listings on listings.paper = page.id
where listings.year is not null and (:_topic is null or listings.topic = :_topic)
group by listings.year
order by listings.year desc
limit :facet_limit
