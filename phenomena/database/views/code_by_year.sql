-- Number and share of papers per year with a link to code.
select
  year,
  cast(count(*) as integer) as paper_count,
  cast(count(code_url) as integer) as with_code,
  cast(round(1.0 * count(code_url) / count(*), 4) as real) as share
from papers
where year is not null
group by year
