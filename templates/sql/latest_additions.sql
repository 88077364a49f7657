-- The papers that came into the list last, with their first topics.
select papers.id as paper, papers.title, papers.authors, papers.added, topics.name as topic
from papers
left join topics on topics.id = papers.topic
where papers.added is not null
order by papers.added desc, papers.id desc
limit :most
