-- How many papers of each year have a link to code.
select
  year,
  count(*) as papers,
  count(code_url) as with_code,
  round(1.0 * count(code_url) / count(*), 4) as share
from papers
where year is not null
group by year
