-- For each column of papers, the share of papers with a value.
with filled(column, filled) as (
  select 'title', count(title) from papers
  union all
  select 'topic', count(topic) from papers
  union all
  select 'year', count(year) from papers
  union all
  select 'submitted', count(submitted) from papers
  union all
  select 'added', count(added) from papers
  union all
  select 'venue', count(venue) from papers
  union all
  select 'venue_year', count(venue_year) from papers
  union all
  select 'authors', count(nullif(authors, '[]')) from papers
  union all
  select 'author_count', count(nullif(author_count, 0)) from papers
  union all
  select 'first_author', count(first_author) from papers
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
  select 'code_host', count(code_host) from papers
  union all
  select 'arxiv_id', count(arxiv_id) from papers
  union all
  select 'doi', count(doi) from papers
  union all
  select 'openreview_id', count(openreview_id) from papers
  union all
  select 'citekey', count(citekey) from papers
),
total(paper_count) as (
  select count(*) from papers
)
select
  filled.column,
  cast(total.paper_count as integer) as paper_count,
  cast(filled.filled as integer) as filled,
  cast(total.paper_count - filled.filled as integer) as missing,
  cast(round(1.0 * filled.filled / total.paper_count, 4) as real) as share
from filled
join total
