-- Value, label and count of each keyword among the papers of a page.
select keywords.id as value, keywords.name as label, counted.paper_count as count
from (
  select keyword, count(*) as paper_count
  from page
  cross join paper_keywords on paper_keywords.paper = page.id
  group by keyword
) as counted
cross join keywords on keywords.id = counted.keyword
order by count desc, keywords.name
limit :facet_limit
