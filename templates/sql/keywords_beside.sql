-- The sixteen keywords most often used together with a keyword, with the number of papers that have both.
select keywords.id, keywords.name, count(*) as paper_count
from paper_keywords as own
join paper_keywords as other on other.paper = own.paper and other.keyword <> own.keyword
join keywords on keywords.id = other.keyword
where own.keyword = :id
group by keywords.id
order by count(*) desc, keywords.name
limit 16
