-- The keys of the papers of a topic, the latest first.
select id
from papers
where id in (select paper from listings where topic = :id)
order by year desc, submitted desc, rowid
limit :most
