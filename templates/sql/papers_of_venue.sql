-- The keys of the papers of a venue, the latest first.
select id
from papers
where venue = :id
order by year desc, submitted desc, rowid
limit :most
