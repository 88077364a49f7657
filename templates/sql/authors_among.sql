-- How many of some papers, given by their row numbers, each author has, if at least so many.
select paper_authors.author as value, count(*) as count
from json_each(:papers) as chosen
cross join papers on papers.rowid = chosen.value
cross join paper_authors on paper_authors.paper = papers.id
group by paper_authors.author
having count(*) >= :least
