-- Co-authors of an author
-- Everyone who is named on a paper with one author, and on how many.
-- :author an author's name or key (authors), required
-- fragment: g.mark=bar&g.x_column=paper_count&g.x_type=quantitative&g.y_column=coauthor&g.y_type=nominal
select
  authors.name as coauthor,
  count(*) as paper_count,
  authors.id as coauthor_id
from paper_authors as own
join paper_authors as theirs on theirs.paper = own.paper and theirs.author <> own.author
join authors on authors.id = theirs.author
where own.author in (
  select id
  from authors
  where id = lower(replace(replace(replace(replace(:author, ' ', ''), '-', ''), '.', ''), '''', ''))
    or name = :author
)
group by authors.id
order by paper_count desc, authors.name
