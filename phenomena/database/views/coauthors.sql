-- Pairs of co-authors, each in both directions; the weight keeps papers with very many authors from dominating.
select
  one.name as author,
  two.name as coauthor,
  cast(count(*) as integer) as paper_count,
  cast(round(sum(1.0 / (papers.author_count - 1)), 4) as real) as weight,
  one.id as author_id,
  two.id as coauthor_id
from authors as one
join paper_authors as first on first.author = one.id
join papers on papers.id = first.paper
join paper_authors as second on second.paper = papers.id and second.author <> first.author
join authors as two on two.id = second.author
group by one.id, two.id
