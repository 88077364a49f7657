-- Value, label and count of each author among the papers of a page.
select authors.id as value, authors.name as label, counted.paper_count as count
from (
  select author, count(*) as paper_count
  from page
  cross join paper_authors on paper_authors.paper = page.id
  group by author
) as counted
cross join authors on authors.id = counted.author
order by count desc, authors.name
limit :facet_limit
