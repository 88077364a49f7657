-- How many of some papers, given by their row numbers, each keyword has, if at least so many.
select paper_keywords.keyword as value, count(*) as count
from json_each(:papers) as chosen
cross join papers on papers.rowid = chosen.value
cross join paper_keywords on paper_keywords.paper = papers.id
group by paper_keywords.keyword
having count(*) >= :least
