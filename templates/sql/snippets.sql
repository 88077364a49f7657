-- The piece of each of some papers that shows what a search found, marked «so»: of the digest, else of its keywords or
-- authors; none where only the title or venue has it.
select
  papers.id as paper,
  papers.title,
  case
    when instr(snippet(papers_fts, 4, '«', '»', '…', 32), '«') then snippet(papers_fts, 4, '«', '»', '…', 32)
    when instr(snippet(papers_fts, 1, '«', '»', '…', 24), '«') then snippet(papers_fts, 1, '«', '»', '…', 24)
    when instr(snippet(papers_fts, 2, '«', '»', '…', 24), '«') then snippet(papers_fts, 2, '«', '»', '…', 24)
  end as snippet
from papers_fts
join papers on papers.rowid = papers_fts.rowid
where papers_fts match :match
  and +papers_fts.rowid in (select own.rowid from json_each(:papers) as page join papers as own on own.id = page.value)
