-- The first problems that one rule found, in the order of the lists, with the names of these and their papers' titles.
select problems.*, papers.title, lists.name as list_name
from problems
join lists on lists.id = problems.list
left join papers on papers.id = problems.paper
where problems.code = :code
order by problems.id
limit :most
