-- Papers with the column names that screening tools read. The abstract is this edition's digest.
select
  title,
  digest as abstract,
  (select group_concat(value, '; ') from (select value from json_each(papers.authors) order by key)) as authors,
  (select group_concat(value, '; ') from (select value from json_each(papers.keywords) order by key)) as keywords,
  coalesce(doi, '10.48550/arxiv.' || arxiv_id) as doi,
  paper_url as url,
  year,
  id as paper
from papers
