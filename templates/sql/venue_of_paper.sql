-- The venue of a paper, no row where the list gives none.
select venues.*
from papers
join venues on venues.id = papers.venue
where papers.id = :paper
