-- Search
-- Papers that hold all the words, best first: title over key words over authors over venue over digest. A word also finds
-- longer words that begin with it; words in quotes stand together. «Marks» show where the words stand. All the other
-- fields are optional and narrow the hits.
-- :q words to look for, e.g. grokking
-- :topic key of a topic, e.g. emergence-and-phase-transitions
-- :year year of the list, e.g. 2023
-- :venue key of a venue, e.g.
-- :author key or name of an author, e.g.
-- :keyword key or name of a key word, e.g.
select
  papers.id as paper,
  papers.title,
  snippet(papers_fts, -1, '«', '»', '…', 24) as snippet,
  papers.authors,
  topics.name as topic,
  papers.year,
  venues.name as venue,
  papers.keywords,
  papers.paper_url,
  papers.code_url,
  papers.topic as topic_id,
  papers.venue as venue_id,
  round(-bm25(papers_fts, 10.0, 6.0, 4.0, 2.0, 1.0), 3) as score
from papers_fts
join papers on papers.rowid = papers_fts.rowid
left join topics on topics.id = papers.topic
left join venues on venues.id = papers.venue
where papers_fts match fts_query(:q)
  and (:topic = '' or exists (
    select 1 from listings where listings.paper = papers.id and listings.topic = :topic
  ))
  and (:year = '' or papers.year = cast(:year as integer))
  and (:venue = '' or papers.venue = :venue)
  and (:author = '' or exists (
    select 1
    from paper_authors
    join authors on authors.id = paper_authors.author
    where paper_authors.paper = papers.id and :author in (authors.id, authors.name)
  ))
  and (:keyword = '' or exists (
    select 1
    from paper_keywords
    join keywords on keywords.id = paper_keywords.keyword
    where paper_keywords.paper = papers.id and :keyword in (keywords.id, keywords.name)
  ))
order by bm25(papers_fts, 10.0, 6.0, 4.0, 2.0, 1.0), papers.rowid
