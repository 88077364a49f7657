-- The keys of the papers with a keyword, the latest first; there are at most 25.
select paper as id
from stored_newest_papers
where kind = 'keyword' and id = :id and place <= :most
order by place
