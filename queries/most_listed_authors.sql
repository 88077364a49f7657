-- Most listed authors
-- Authors by number of papers in the list, at least two; people of one name are counted as one.
-- :topic a topic's name or key (topics)
-- fragment: g.mark=bar&g.x_column=paper_count&g.x_type=quantitative&g.y_column=author&g.y_type=nominal
with asked(topic) as (
  select id from topics where id = lower(replace(:topic, ' ', '-')) or name = :topic collate nocase
),
counted(author, paper_count, first_year, last_year) as (
  select paper_authors.author, count(distinct papers.id), min(papers.year), max(papers.year)
  from asked
  cross join papers on papers.topic = asked.topic
  cross join paper_authors on paper_authors.paper = papers.id
  group by paper_authors.author
  having count(distinct papers.id) > 1
  union all
  select id, paper_count, first_year, last_year
  from authors
  where :topic = ''
    and paper_count >= max(2, coalesce((select paper_count from authors order by paper_count desc limit 1 offset 99), 2))
)
select
  authors.name as author,
  counted.paper_count,
  counted.first_year,
  counted.last_year,
  authors.id as author_id
from counted
cross join authors on authors.id = counted.author
order by counted.paper_count desc, authors.name
limit 100
