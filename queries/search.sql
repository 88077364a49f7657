-- Search
-- Papers that hold all the words, best first: title over keywords over authors over venue over digest. A word also finds
-- longer words that begin with it; words in quotes stand together; OR, -without and fields such as title: are read as in
-- the search box. «Marks» show where the words stand. All the other fields are optional and narrow the hits.
-- :q words to look for, required, e.g. grokking
-- :topic a topic's name or key (topics)
-- :year year under which the list files the paper first (papers.year)
-- :venue a venue's name or key (venues)
-- :author an author's name or key (authors)
-- :keyword a keyword's name or key (keywords)
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
    select 1
    from listings
    where listings.paper = papers.id and listings.topic in (
      select id from topics where id = lower(replace(:topic, ' ', '-')) or name = :topic collate nocase
    )
  ))
  and (:year = '' or papers.year = :year)
  and (:venue = '' or papers.venue in (
    select id
    from venues
    where id = lower(replace(:venue, ' ', '-')) or :venue collate nocase in (name, full_name)
  ))
  and (:author = '' or exists (
    select 1
    from paper_authors
    where paper_authors.paper = papers.id and paper_authors.author in (
      select id
      from authors
      where id = lower(replace(replace(replace(replace(:author, ' ', ''), '-', ''), '.', ''), '''', ''))
        or name = :author
    )
  ))
  and (:keyword = '' or exists (
    select 1
    from paper_keywords
    where paper_keywords.paper = papers.id and paper_keywords.keyword in (
      select id
      from keywords
      where id in (
        lower(replace(replace(:keyword, ' ', ''), '-', '')),
        rtrim(lower(replace(replace(:keyword, ' ', ''), '-', '')), 's')
      )
        or name = :keyword
    )
  ))
order by bm25(papers_fts, 10.0, 6.0, 4.0, 2.0, 1.0), papers.rowid
