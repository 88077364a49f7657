-- Pairs of some keywords that are on the same papers, with the number of these; each pair once.
select one.keyword as one, two.keyword as other, count(*) as paper_count
from json_each(:keywords) as chosen
join paper_keywords as one on one.keyword = chosen.value
join paper_keywords as two on two.paper = one.paper and two.keyword > one.keyword
where two.keyword in (select value from json_each(:keywords))
group by one.keyword, two.keyword
order by one.keyword, two.keyword
