-- The names of the keywords that more than one paper has.
select name
from keywords
where paper_count > 1
order by name collate nocase
