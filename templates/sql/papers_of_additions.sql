-- The papers that came into the list in a year, in those of its months that have no more than :most, the latest first.
select
  months.month,
  papers.topic as topic_id,
  papers.id as paper,
  papers.title,
  papers.authors,
  papers.added,
  papers.paper_url,
  papers.code_url
from (
  select month
  from stored_additions
  where month >= :year and month < :year || '~'
  group by month
  having sum(paper_count) <= :most
) as months
cross join papers on papers.added >= months.month and papers.added < months.month || '~'
order by papers.added desc, papers.title
