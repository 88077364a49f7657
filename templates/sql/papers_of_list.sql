-- The keys of the papers of a list, the latest first; there are at most 25.
select paper as id
from stored_newest_papers
where kind = 'list' and id = :id and place <= :most
order by place
