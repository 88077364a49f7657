-- The co-authors of an author with most papers together, each with the number of all co-authors; names settle ties.
with counted as materialized (
  select theirs.author, count(*) as paper_count
  from paper_authors as own
  join paper_authors as theirs on theirs.paper = own.paper and theirs.author <> own.author
  where own.author = :id
  group by theirs.author
)
select
  authors.name as coauthor,
  counted.paper_count,
  authors.id as coauthor_id,
  (select count(*) from counted) as coauthor_count
from counted
join authors on authors.id = counted.author
where counted.paper_count >= (
  select min(paper_count)
  from (select paper_count from counted order by paper_count desc limit :most_people)
)
order by counted.paper_count desc, authors.name
limit :most_people
