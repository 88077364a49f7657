-- The forty papers nearest to one on the map, and the paper itself as the first.
select
  near.paper, near.x, near.y, near.cluster, papers.title, papers.year, papers.topic, topics.position as topic_position
from positions as own
join positions as near on near.x between own.x - 0.2 and own.x + 0.2 and near.y between own.y - 0.2 and own.y + 0.2
join papers on papers.id = near.paper
left join topics on topics.id = papers.topic
where own.paper = :paper
order by (near.x - own.x) * (near.x - own.x) + (near.y - own.y) * (near.y - own.y), near.paper <> own.paper, near.paper
limit 41
