-- Value, label and count of each keyword among the papers of a page.
select keywords.id as value, keywords.name as label, count(*) as count
from page
cross join paper_keywords on paper_keywords.paper = page.id
cross join keywords on keywords.id = paper_keywords.keyword
group by keywords.id
order by count desc, keywords.name
limit :facet_limit
