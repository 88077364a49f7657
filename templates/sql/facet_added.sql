-- Value, label and count of each year of addition among the papers of a page.
select substr(page.added, 1, 4) as value, substr(page.added, 1, 4) as label, count(*) as count
from page
where page.added is not null
group by substr(page.added, 1, 4)
order by value desc
limit :facet_limit
