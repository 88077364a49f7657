-- Authors by the first letter of their family name.
select substr(sort_name, 1, 1) as letter, count(*) as author_count
from authors
group by substr(sort_name, 1, 1)
