-- Papers for each keyword and list year, and those of them with a link to code.
select
  paper_keywords.keyword,
  papers.year,
  count(distinct papers.id) as paper_count,
  count(distinct papers.id) filter (where papers.code_url is not null) as with_code
from paper_keywords
join papers on papers.id = paper_keywords.paper
group by paper_keywords.keyword, papers.year
