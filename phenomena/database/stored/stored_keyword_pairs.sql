-- Papers for each pair of keywords that occur on the same papers, each pair once.
select
  first.keyword,
  second.keyword as other,
  count(*) as paper_count
from paper_keywords as first
join paper_keywords as second on second.paper = first.paper and second.keyword > first.keyword
group by first.keyword, second.keyword
