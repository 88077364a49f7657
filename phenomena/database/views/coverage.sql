-- For each column of papers, the share of papers with a value.
select "column", paper_count, filled, missing, share
from stored_coverage
