-- Papers for each first topic and month of submission; of those whose month is unknown, for each list year.
select
  topic,
  case when submitted glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]' then submitted end as submitted,
  case when submitted glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]' then null else year end as year,
  count(*) as paper_count
from papers
group by 1, 2, 3
