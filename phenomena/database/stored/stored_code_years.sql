-- Papers for each first topic and list year, and those of them with a link to code.
select
  topic,
  year,
  count(*) as paper_count,
  count(code_url) as with_code
from papers
group by topic, year
