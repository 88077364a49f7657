-- Number of papers for each keyword and year.
select
  keywords.name as keyword,
  counts.year,
  counts.paper_count,
  counts.keyword as keyword_id
from stored_keyword_years as counts
left join keywords on keywords.id = counts.keyword
where counts.year is not null
order by counts.keyword, counts.year
