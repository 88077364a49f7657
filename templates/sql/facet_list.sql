-- Value, label and count of each list among the papers of a page.
select lists.id as value, lists.name as label, count(distinct page.id) as count
from page
cross join listings on listings.paper = page.id
cross join lists on lists.id = listings.list
group by lists.id
order by count desc, lists.position
limit :facet_limit
