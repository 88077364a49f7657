-- The paper of a topic that was submitted to arXiv first.
select id, title, submitted
from papers
where id in (select paper from listings where topic = :id) and submitted is not null
order by submitted, rowid
limit 1
