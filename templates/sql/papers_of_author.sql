-- The keys of the papers of an author, the latest first.
select id
from papers
where id in (select paper from paper_authors where author = :id)
order by year desc, submitted desc, rowid
limit :most
