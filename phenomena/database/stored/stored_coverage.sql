-- For each column of papers, the share of papers with a value.
with counts as materialized (
  select
    count(*) as paper_count,
    count(title) as title,
    count(topic) as topic,
    count(year) as year,
    count(submitted) as submitted,
    count(added) as added,
    count(venue) as venue,
    count(venue_year) as venue_year,
    count(nullif(authors, '[]')) as authors,
    count(nullif(author_count, 0)) as author_count,
    count(first_author) as first_author,
    count(nullif(keywords, '[]')) as keywords,
    count(nullif(topics, '[]')) as topics,
    count(digest) as digest,
    count(paper_url) as paper_url,
    count(code_url) as code_url,
    count(code_host) as code_host,
    count(arxiv_id) as arxiv_id,
    count(doi) as doi,
    count(openreview_id) as openreview_id,
    count(citekey) as citekey
  from papers
),
filled("column", paper_count, filled) as (
  select 'title', paper_count, title from counts
  union all
  select 'topic', paper_count, topic from counts
  union all
  select 'year', paper_count, year from counts
  union all
  select 'submitted', paper_count, submitted from counts
  union all
  select 'added', paper_count, added from counts
  union all
  select 'venue', paper_count, venue from counts
  union all
  select 'venue_year', paper_count, venue_year from counts
  union all
  select 'authors', paper_count, authors from counts
  union all
  select 'author_count', paper_count, author_count from counts
  union all
  select 'first_author', paper_count, first_author from counts
  union all
  select 'keywords', paper_count, keywords from counts
  union all
  select 'topics', paper_count, topics from counts
  union all
  select 'digest', paper_count, digest from counts
  union all
  select 'paper_url', paper_count, paper_url from counts
  union all
  select 'code_url', paper_count, code_url from counts
  union all
  select 'code_host', paper_count, code_host from counts
  union all
  select 'arxiv_id', paper_count, arxiv_id from counts
  union all
  select 'doi', paper_count, doi from counts
  union all
  select 'openreview_id', paper_count, openreview_id from counts
  union all
  select 'citekey', paper_count, citekey from counts
)
select
  "column",
  paper_count,
  filled,
  paper_count - filled as missing,
  round(1.0 * filled / paper_count, 4) as share
from filled
