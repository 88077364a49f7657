-- The paper of a topic that was submitted to arXiv first.
select papers.id, papers.title, papers.submitted
from stored_topic_facts as facts
join papers on papers.id = facts.first_paper
where facts.topic = :id
