-- Papers for each topic and keyword.
select
  listings.topic,
  paper_keywords.keyword,
  count(distinct listings.paper) as paper_count
from listings
join paper_keywords on paper_keywords.paper = listings.paper
where listings.topic is not null
group by listings.topic, paper_keywords.keyword
