-- First and last list year of the papers of a list, and how many of them have a link to code.
select min(year) as first, max(year) as last, count(code_url) as with_code
from papers
where id in (select paper from listings where list = :id)
