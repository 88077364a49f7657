-- All papers with a place on the map, in the order in which they are drawn; `is_lit` says which a selection holds.
select
  positions.paper, positions.x, positions.y, positions.cluster, papers.title, papers.year, papers.topic,
  topics.position as topic_position,
  (:topic is null or exists (select 1 from listings where listings.paper = papers.id and listings.topic = :topic))
  and (:keyword is null
    or exists (select 1 from paper_keywords where paper_keywords.paper = papers.id and paper_keywords.keyword = :keyword))
  and (:first is null or papers.year >= :first)
  and (:last is null or papers.year <= :last) as is_lit
from positions
join papers on papers.id = positions.paper
left join topics on topics.id = papers.topic
order by topics.position is null, topics.position, positions.paper
