-- Papers for each venue, list year and venue year, and those of them with a link to code.
select
  venue,
  year,
  venue_year,
  count(*) as paper_count,
  count(code_url) as with_code
from papers
where venue is not null
group by venue, venue_year, year
