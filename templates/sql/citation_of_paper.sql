-- The citation of a paper as BibTeX.
select bibtex
from citations
where paper = :paper
