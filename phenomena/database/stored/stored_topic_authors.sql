-- The ten most listed authors of each topic, with the number of their papers in it.
with counts(topic, author, paper_count) as (
  select listings.topic, paper_authors.author, count(distinct listings.paper)
  from listings
  join paper_authors on paper_authors.paper = listings.paper
  where listings.topic is not null
  group by listings.topic, paper_authors.author
),
ranked as (
  select
    counts.topic,
    row_number() over (
      partition by counts.topic order by counts.paper_count desc, authors.paper_count desc, authors.sort_name
    ) as place,
    counts.author,
    counts.paper_count
  from counts
  join authors on authors.id = counts.author
)
select topic, place, author, paper_count
from ranked
where place <= 10
