-- Pairs of keywords that occur on the same papers, each pair once.
select
  one.name as keyword,
  two.name as other,
  cast(count(*) as integer) as paper_count,
  one.id as keyword_id,
  two.id as other_id
from keywords as one
join paper_keywords as first on first.keyword = one.id
join paper_keywords as second on second.paper = first.paper and second.keyword > first.keyword
join keywords as two on two.id = second.keyword
group by one.id, two.id
