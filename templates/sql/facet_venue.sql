-- Value, label and count of each venue among the papers of a page.
select venues.id as value, venues.name as label, count(*) as count
from page
join venues on venues.id = page.venue
group by venues.id
order by count desc, venues.name
limit :facet_limit
