-- Value, label and count of each author among the papers of a page.
select authors.id as value, authors.name as label, count(*) as count
from page
cross join paper_authors on paper_authors.paper = page.id
cross join authors on authors.id = paper_authors.author
group by authors.id
order by count desc, authors.name
limit :facet_limit
