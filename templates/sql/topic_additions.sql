-- How many of today's entries came into the list in each year, and by its end, for every topic; topics in their order.
select topic, added_year, entry_count, entries_so_far, topic_id
from topic_additions
