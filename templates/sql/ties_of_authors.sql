-- Pairs of some authors that are on the same papers, with the number of these; each pair once.
select one.author as one, two.author as other, count(*) as paper_count
from json_each(:authors) as chosen
join paper_authors as one on one.author = chosen.value
join paper_authors as two on two.paper = one.paper and two.author > one.author
where two.author in (select value from json_each(:authors))
group by one.author, two.author
order by one.author, two.author
