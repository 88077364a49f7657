-- Whether there is code, as value and label, and the count among the papers of a page.
select
  case when page.code_url is null then 'isnull' else 'notnull' end as value,
  case when page.code_url is null then 'Without code' else 'With code' end as label,
  count(*) as count
from page
group by page.code_url is null
order by value desc
limit :facet_limit
