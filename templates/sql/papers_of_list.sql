-- The keys of the papers of a list, the latest first.
select id
from papers
where id in (select paper from listings where list = :id)
order by year desc, submitted desc, rowid
limit :most
