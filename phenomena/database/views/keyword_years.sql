-- Number of papers for each keyword and year.
select
  keywords.name as keyword,
  papers.year,
  cast(count(distinct papers.id) as integer) as paper_count,
  keywords.id as keyword_id
from keywords
join paper_keywords on paper_keywords.keyword = keywords.id
join papers on papers.id = paper_keywords.paper
where papers.year is not null
group by keywords.id, papers.year
