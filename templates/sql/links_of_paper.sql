-- The links that the list gives beside a paper's title, in their order.
select label, url, host
from links
where paper = :paper and field = 'title'
order by id
