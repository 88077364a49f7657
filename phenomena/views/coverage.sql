-- For each column of papers, the share of papers that have it.
with filled(column, filled) as (
  select 'title', count(title) from papers
  union all
  select 'topic', count(topic) from papers
  union all
  select 'year', count(year) from papers
  union all
  select 'submitted', count(submitted) from papers
  union all
  select 'venue', count(venue) from papers
  union all
  select 'venue_year', count(venue_year) from papers
  union all
  select 'authors', count(nullif(authors, '[]')) from papers
  union all
  select 'keywords', count(nullif(keywords, '[]')) from papers
  union all
  select 'topics', count(nullif(topics, '[]')) from papers
  union all
  select 'digest', count(digest) from papers
  union all
  select 'paper_url', count(paper_url) from papers
  union all
  select 'code_url', count(code_url) from papers
  union all
  select 'arxiv_id', count(arxiv_id) from papers
  union all
  select 'doi', count(doi) from papers
  union all
  select 'openreview_id', count(openreview_id) from papers
  union all
  select 'citekey', count(citekey) from papers
),
total(papers) as (
  select count(*) from papers
)
select
  filled.column,
  cast(total.papers as integer) as papers,
  cast(filled.filled as integer) as filled,
  cast(total.papers - filled.filled as integer) as missing,
  cast(round(1.0 * filled.filled / total.papers, 4) as real) as share
from filled
join total
