-- The keys of the papers with a keyword, the latest first.
select id
from papers
where id in (select paper from paper_keywords where keyword = :id)
order by year desc, submitted desc, rowid
limit :most
