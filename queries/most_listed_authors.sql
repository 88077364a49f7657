-- Most listed authors
-- Authors by number of papers in the list, at least two; people of one name are counted as one.
-- :topic key of a topic, e.g. lottery-ticket-hypothesis
-- fragment: g.mark=bar&g.x_column=papers&g.x_type=quantitative&g.y_column=author&g.y_type=nominal
select
  authors.name as author,
  count(distinct papers.id) as papers,
  min(papers.year) as first_year,
  max(papers.year) as last_year,
  authors.id as author_id
from authors
join paper_authors on paper_authors.author = authors.id
join papers on papers.id = paper_authors.paper
where authors.papers > 1
  and (:topic = '' or papers.topic = :topic)
group by authors.id
having count(distinct papers.id) > 1
order by papers desc, authors.name
limit 100
