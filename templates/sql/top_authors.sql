-- The ten most listed authors.
select id, name, paper_count
from authors
order by paper_count desc, id
limit 10
