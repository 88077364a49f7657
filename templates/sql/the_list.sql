-- The list that the database was built from, and the day on which a paper last came into it.
select source.*, (select max(added) from papers) as last_added
from source
