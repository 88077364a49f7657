-- One page of a feed and one paper more: the papers of a topic, an author, a keyword and those that a search found,
-- where given, the last added to the list first; without a day of addition a paper counts by its month, else its list year.
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
  and (:found is null or papers.id in (select value from json_each(:found)))
order by day desc, papers.id desc
limit :size + 1 offset :start
