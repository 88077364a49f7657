-- The sets of papers of each list, topic, list year, venue and year of addition, and of those with code and without; where a
-- topic or list year is chosen, of the entries of that topic or year alone.
select facet, value, papers
from stored_facet_sets
where (facet = 'topic' and within = ifnull(cast(cast(:_year as integer) as text), ''))
  or (facet = 'year' and within = ifnull(:_topic, ''))
  or (facet in ('list', 'venue', 'code', 'added') and within = '')
