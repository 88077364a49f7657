-- The sixteen keywords most often used together with a keyword, with the number of papers that have both.
with beside(id, paper_count) as (
  select other, paper_count from stored_keyword_pairs where keyword = :id
  union all
  select keyword, paper_count from stored_keyword_pairs where other = :id
)
select keywords.id, keywords.name, beside.paper_count
from beside
join keywords on keywords.id = beside.id
order by beside.paper_count desc, keywords.name
limit 16
