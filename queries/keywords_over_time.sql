-- Keywords over time
-- Papers per year for one keyword, or without one for the eight most used.
-- :keyword a keyword's name or key (keywords)
-- fragment: g.mark=bar&g.x_column=year&g.x_type=ordinal&g.y_column=paper_count&g.y_type=quantitative&g.color_column=keyword
with chosen(id) as (
  select id
  from keywords
  where id in (
    lower(replace(replace(:keyword, ' ', ''), '-', '')), rtrim(lower(replace(replace(:keyword, ' ', ''), '-', '')), 's')
  )
    or name = :keyword
  union all
  select id from (select id from keywords where :keyword = '' order by paper_count desc limit 8)
)
select
  keywords.name as keyword,
  papers.year,
  count(distinct papers.id) as paper_count,
  keywords.id as keyword_id
from chosen
cross join keywords on keywords.id = chosen.id
join paper_keywords on paper_keywords.keyword = keywords.id
join papers on papers.id = paper_keywords.paper
where papers.year is not null
group by keywords.id, papers.year
order by keywords.paper_count desc, keywords.id, papers.year
