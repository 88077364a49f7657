-- Papers for each month in which they came into the list and first topic. Empty without a history.
select
  substr(added, 1, 7) as month,
  topic,
  count(*) as paper_count
from papers
where added is not null
group by substr(added, 1, 7), topic
