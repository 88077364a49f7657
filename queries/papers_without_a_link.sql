-- Papers without a link
-- Papers whose entries have no address of the paper, for the list's keeper.
select
  papers.id as paper,
  papers.title,
  papers.authors,
  topics.name as topic,
  listings.year,
  listings.line,
  listings.list
from papers
cross join listings on listings.paper = papers.id
left join topics on topics.id = listings.topic
where papers.paper_url is null
order by listings.id
