-- The sets of papers of keywords or authors, those of most papers first.
select value, paper_count, papers
from stored_facet_sets
where facet = :facet and within = ''
order by paper_count desc
limit :size offset :start
