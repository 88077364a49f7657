-- What the list's history says of a paper, the oldest change first.
select date, section, kind, field, old, new
from changes
where paper = :paper
order by id
