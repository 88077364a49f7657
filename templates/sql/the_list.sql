-- The list that the database was built from, the day on which a paper last came into it, and whether it has a map.
select source.*, (select max(added) from papers) as last_added, exists (select 1 from positions) as has_map
from source
