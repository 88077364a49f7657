-- Share with code by year
-- Of the papers of each year, how many have a link to code, and the 95 % Wilson interval of that share; for one topic or all.
-- :topic a topic's name or key (topics)
-- fragment: g.mark=bar&g.x_column=year&g.x_type=ordinal&g.y_column=share&g.y_type=quantitative
with asked(topic) as (
  select id from topics where id = lower(replace(:topic, ' ', '-')) or name = :topic collate nocase
),
chosen(year, code_url) as (
  select papers.year, papers.code_url from asked cross join papers on papers.topic = asked.topic
  union all
  select year, code_url from papers where :topic = ''
),
years as (
  select
    year,
    count(*) as n,
    count(code_url) as with_code,
    1.0 * count(code_url) / count(*) as share
  from chosen
  where year is not null
  group by year
)
select
  year,
  n as paper_count,
  with_code,
  round(share, 4) as share,
  round((share + 1.9208 / n - 1.96 * sqrt(share * (1 - share) / n + 0.9604 / n / n)) / (1 + 3.8416 / n), 4) as low,
  round((share + 1.9208 / n + 1.96 * sqrt(share * (1 - share) / n + 0.9604 / n / n)) / (1 + 3.8416 / n), 4) as high
from years
order by year
