-- What the page of a topic says of all its papers: how many have a link to code, and which was submitted to arXiv first.
select
  listings.topic,
  count(distinct papers.id) filter (where papers.code_url is not null) as with_code,
  (
    select first.id
    from listings as own
    join papers as first on first.id = own.paper
    where own.topic = listings.topic and first.submitted is not null
    order by first.submitted, first.rowid
    limit 1
  ) as first_paper
from listings
join papers on papers.id = listings.paper
where listings.topic is not null
group by listings.topic
