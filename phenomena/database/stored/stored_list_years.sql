-- Papers of each list by their list year, and those of them with a link to code.
select
  own.list,
  papers.year,
  count(*) as paper_count,
  count(papers.code_url) as with_code
from (select distinct list, paper from listings) as own
join papers on papers.id = own.paper
group by own.list, papers.year
