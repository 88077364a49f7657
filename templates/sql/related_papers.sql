-- The papers related to a paper, the closest first, with what they share.
select related.related as paper, related.shared, papers.title, papers.year
from related
join papers on papers.id = related.related
where related.paper = :paper
order by related.rank
