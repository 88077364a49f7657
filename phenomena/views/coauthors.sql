-- Authors and those they wrote with; each pair in both directions.
select
  one.name as author,
  two.name as coauthor,
  cast(count(*) as integer) as papers,
  one.id as author_id,
  two.id as coauthor_id
from authors as one
join paper_authors as first on first.author = one.id
join paper_authors as second on second.paper = first.paper and second.author <> first.author
join authors as two on two.id = second.author
group by one.id, two.id
