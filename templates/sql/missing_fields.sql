-- How many papers lack each of the fields that a reader looks for, the most complete field first.
select "column", missing, paper_count
from coverage
where "column" in ('keywords', 'authors', 'digest', 'paper_url', 'code_url', 'venue', 'submitted')
order by missing
