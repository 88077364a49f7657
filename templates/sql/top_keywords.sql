-- The ten most used keywords.
select id, name, paper_count
from keywords
order by paper_count desc, id
limit 10
