-- Pairs of some keywords that are on the same papers, with the number of these; each pair once.
select pairs.keyword as one, pairs.other, pairs.paper_count
from json_each(:keywords) as first
cross join json_each(:keywords) as second
cross join stored_keyword_pairs as pairs on pairs.keyword = first.value and pairs.other = second.value
order by pairs.keyword, pairs.other
