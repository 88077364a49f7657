-- Most listed authors
-- Authors by number of papers in the list, at least two; people of one name are counted as one.
-- :topic a topic's name or key (topics)
-- fragment: g.mark=bar&g.x_column=paper_count&g.x_type=quantitative&g.y_column=author&g.y_type=nominal
with asked(topic) as (
  select id from topics where id = lower(replace(:topic, ' ', '-')) or name = :topic collate nocase
),
chosen(author, paper) as (
  select paper_authors.author, papers.id
  from asked
  cross join papers on papers.topic = asked.topic
  cross join paper_authors on paper_authors.paper = papers.id
  union all
  select paper_authors.author, paper_authors.paper
  from authors
  cross join paper_authors on paper_authors.author = authors.id
  where :topic = '' and authors.paper_count > 1
)
select
  authors.name as author,
  count(distinct papers.id) as paper_count,
  min(papers.year) as first_year,
  max(papers.year) as last_year,
  authors.id as author_id
from chosen
cross join authors on authors.id = chosen.author
cross join papers on papers.id = chosen.paper
group by authors.id
having count(distinct papers.id) > 1
order by paper_count desc, authors.name
limit 100
