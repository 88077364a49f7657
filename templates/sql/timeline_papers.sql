-- Every paper in the order of the timeline, with whether it is among those asked for: of a topic, with a keyword, submitted
-- between two months. An empty value asks for all.
select
  papers.id,
  papers.title,
  case when papers.submitted glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]' then papers.submitted end as submitted,
  papers.year,
  coalesce(topics.id, '') as topic_id,
  coalesce(topics.name, 'No topic') as topic,
  (:topic = '' or exists (select 1 from listings where listings.paper = papers.id and listings.topic = :topic))
    and (
      :keyword = ''
      or exists (select 1 from paper_keywords where paper_keywords.keyword = :keyword and paper_keywords.paper = papers.id)
    )
    and (:start = '' or coalesce(papers.submitted, '') >= :start)
    and (:finish = '' or coalesce(papers.submitted, 'unknown') <= :finish) as is_lit
from papers
left join topics on topics.id = papers.topic
order by topics.position is null, topics.position, papers.submitted is null, papers.submitted, papers.year, papers.id
