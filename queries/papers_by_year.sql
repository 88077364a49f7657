-- Papers by year
-- Papers for every topic and every year, zeros included.
-- :topic a topic's name or key (topics)
-- fragment: g.mark=bar&g.x_column=year&g.x_type=ordinal&g.y_column=paper_count&g.y_type=quantitative&g.color_column=topic
select
  topic,
  year,
  paper_count,
  topic_id
from topic_years
where :topic = ''
  or topic_id in (
    select id from topics where id = lower(replace(:topic, ' ', '-')) or name = :topic collate nocase
  )
order by year, topic_id
