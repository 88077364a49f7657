-- First letters of the authors' family names, with the number of authors of each.
select substr(sort_name, 1, 1) as letter, count(*) as author_count
from authors
group by substr(sort_name, 1, 1)
order by letter
