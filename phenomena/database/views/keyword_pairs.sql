-- Pairs of keywords that occur on the same papers, each pair once.
select
  one.name as keyword,
  two.name as other,
  pairs.paper_count,
  pairs.keyword as keyword_id,
  pairs.other as other_id
from stored_keyword_pairs as pairs
left join keywords as one on one.id = pairs.keyword
left join keywords as two on two.id = pairs.other
order by pairs.keyword, pairs.other
