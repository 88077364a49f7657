-- Months from arXiv to the list, for papers with both an arXiv identifier and a day of addition.
with lags as (
  select
    id as paper,
    title,
    submitted,
    added,
    12 * (substr(added, 1, 4) - substr(submitted, 1, 4)) + substr(added, 6, 2) - substr(submitted, 6, 2) as months
  from papers
  where submitted is not null and added is not null
)
select
  paper,
  title,
  submitted,
  added,
  cast(months as integer) as lag_months,
  case
    when months < 0 then 'before arXiv'
    when months = 0 then 'same month'
    when months < 3 then '1 or 2 months'
    when months < 6 then '3 to 5 months'
    when months < 12 then '6 to 11 months'
    when months < 24 then '12 to 23 months'
    else '24 months or more'
  end as lag
from lags
