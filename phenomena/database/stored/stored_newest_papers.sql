-- The papers of each list, topic and keyword that are latest by list year, then by month of submission: at most 25 of each.
with filed(kind, id, paper) as (
  select distinct 'list', list, paper from listings
  union all
  select distinct 'topic', topic, paper from listings where topic is not null
  union all
  select distinct 'keyword', keyword, paper from paper_keywords
),
ranked as (
  select
    filed.kind,
    filed.id,
    row_number() over (
      partition by filed.kind, filed.id order by papers.year desc, papers.submitted desc, papers.rowid
    ) as place,
    filed.paper
  from filed
  join papers on papers.id = filed.paper
)
select kind, id, place, paper
from ranked
where place <= 25
