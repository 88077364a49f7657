-- First and last list year of the papers of a list, and how many of them have a link to code.
select
  min(year) as first,
  max(year) as last,
  sum(with_code) as with_code
from stored_list_years
where list = :id
