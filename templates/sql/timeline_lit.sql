-- The papers of a topic, with a keyword, or both, submitted between two months, counted by first topic and month. An empty
-- span asks for all; an empty topic or keyword for none, unless the other is given.
select
  coalesce(papers.topic, '') as topic_id,
  case when papers.submitted glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]' then papers.submitted end as submitted,
  count(*) as paper_count
from (
  select paper from listings where topic = :topic and :keyword = ''
  union
  select paper from paper_keywords where keyword = :keyword and :topic = ''
  union
  select paper_keywords.paper
  from paper_keywords
  cross join listings on listings.paper = paper_keywords.paper and listings.topic = :topic
  where paper_keywords.keyword = :keyword
) as chosen
cross join papers on papers.id = chosen.paper
where (:start = '' or coalesce(papers.submitted, '') >= :start)
  and (:finish = '' or coalesce(papers.submitted, 'unknown') <= :finish)
group by 1, 2
