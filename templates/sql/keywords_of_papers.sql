-- The keywords of some papers, each paper's in their order.
select paper_keywords.paper, keywords.id, keywords.name
from json_each(:papers) as page
join paper_keywords on paper_keywords.paper = page.value
join keywords on keywords.id = paper_keywords.keyword
order by paper_keywords.paper, paper_keywords.position
