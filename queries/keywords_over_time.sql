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
  keyword_years.keyword,
  keyword_years.year,
  keyword_years.paper_count,
  keyword_years.keyword_id
from chosen
cross join keywords on keywords.id = chosen.id
cross join keyword_years on keyword_years.keyword_id = keywords.id
order by keywords.paper_count desc, keywords.id, keyword_years.year
