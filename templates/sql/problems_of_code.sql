-- The first problems that one rule found, in the order of the list, with the titles of their papers.
select problems.*, papers.title
from problems
left join papers on papers.id = problems.paper
where problems.code = :code
order by problems.line
limit :most
