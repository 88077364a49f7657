-- One page of a feed and one paper more: the papers of a topic, an author, a keyword and a search, where given,
-- the last added to the list first; without a day of addition a paper counts by its month, else its list year.
select
  papers.id,
  papers.title,
  papers.authors,
  papers.keywords,
  papers.digest,
  papers.paper_url,
  coalesce(papers.added, papers.submitted || '-01', papers.year || '-01-01') as day
from papers
where (:topic is null or papers.id in (select paper from listings where topic = :topic))
  and (:author is null or papers.id in (select paper from paper_authors where author = :author))
  and (:keyword is null or papers.id in (select paper from paper_keywords where keyword = :keyword))
  and (:q is null or papers.rowid in (select rowid from papers_fts where papers_fts match fts_query(:q)))
order by day desc, papers.id desc
limit :size + 1 offset :start
