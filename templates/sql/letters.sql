-- First letters of the authors' family names, with the number of authors of each.
select letter, author_count
from stored_letters
order by letter
