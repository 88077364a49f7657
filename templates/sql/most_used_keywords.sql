-- The sixty keywords that most papers have, to choose from.
select name
from keywords
order by paper_count desc
limit 60
