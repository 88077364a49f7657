-- The names of the keywords that more than one paper has, of many the most used.
select name
from (select name from keywords where paper_count > 1 order by paper_count desc, id limit 500)
order by name collate nocase
