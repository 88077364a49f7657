-- Share with code by year
-- Of the papers of each year, how many have a link to code, and the 95 % Wilson interval of that share; for one topic or all.
-- :topic a topic's name or key (topics)
-- fragment: g.mark=bar&g.x_column=year&g.x_type=ordinal&g.y_column=share&g.y_type=quantitative
with asked(topic) as (
  select id from topics where id = lower(replace(:topic, ' ', '-')) or name = :topic collate nocase
),
chosen(year, paper_count, with_code) as (
  select year, paper_count, with_code from stored_code_years where topic in (select topic from asked)
  union all
  select year, paper_count, with_code from stored_code_years where :topic = ''
),
years as (
  select
    year,
    sum(paper_count) as n,
    sum(with_code) as with_code,
    1.0 * sum(with_code) / sum(paper_count) as share
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
