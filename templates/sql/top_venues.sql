-- The ten most frequent venues.
select id, name, paper_count
from venues
order by paper_count desc, id
limit 10
