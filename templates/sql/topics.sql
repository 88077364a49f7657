-- All topics in the order of the list.
select id, name, paper_count
from topics
order by position
