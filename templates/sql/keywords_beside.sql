-- The sixteen keywords most often used together with a keyword, with the number of papers that have both.
select keywords.id, keywords.name, beside.paper_count
from (
  select other as id, paper_count from stored_keyword_pairs where keyword = :id
  union all
  select keyword as id, paper_count from stored_keyword_pairs where other = :id
) as beside
join keywords on keywords.id = beside.id
order by beside.paper_count desc, keywords.name
limit 16
