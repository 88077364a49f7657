-- Number and share of papers per year with a link to code.
select
  year,
  cast(sum(paper_count) as integer) as paper_count,
  cast(sum(with_code) as integer) as with_code,
  cast(round(1.0 * sum(with_code) / sum(paper_count), 4) as real) as share
from stored_code_years
where year is not null
group by year
