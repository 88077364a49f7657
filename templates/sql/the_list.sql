-- The list that the database was built from.
select *
from source
