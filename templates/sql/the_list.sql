-- What the database was built from, how many lists that is, the day on which a paper last came in, and whether there is a
-- map.
select source.*, (select count(*) from lists) as list_count, (select max(added) from papers) as last_added, exists (select 1 from positions) as has_map
from source
