-- bounded: a table with itself six times
select count(*) from papers a, papers b, papers c, papers d, papers e, papers f

-- bounded: rows of a table with itself
select a.title from papers a, papers b, papers c, papers d where a.title || b.title = c.title || d.title

-- bounded: a join on a function
select count(*) from papers a join papers b on soundex(a.title) <> soundex(b.title) join papers c on lower(c.title) <> lower(a.title)

-- bounded: LIKE between all pairs
select count(*) from papers a, papers b, papers c where a.digest like '%' || substr(b.title, 2, 20) || '%' and b.digest not like c.title

-- bounded: a correlated subquery in each row
select (select count(*) from papers b, papers c where b.id > a.id and c.id < b.id) from papers a, papers d

-- bounded: not exists without an index
select count(*) from papers a, papers b where not exists (select 1 from papers c, papers d where c.digest > a.digest and d.title > b.title)

-- bounded: a view joined with itself
select count(*) from topic_years a, topic_years b, topic_years c, topic_years d

-- bounded: JSON arrays joined
select count(*) from papers a, json_each(a.authors) x, papers b, json_each(b.authors) y, papers c where x.value <> y.value

-- bounded: sorted by chance
select * from papers a, papers b, papers c order by random() limit 1

-- bounded: grouped by everything
select a.id, b.id, c.id, count(*) from papers a, papers b, papers c group by 1, 2, 3 order by 4

-- bounded: forty tables planned
select count(*) from papers a1, papers a2, papers a3, papers a4, papers a5, papers a6, papers a7, papers a8, papers a9, papers a10, papers a11, papers a12, papers a13, papers a14, papers a15, papers a16, papers a17, papers a18, papers a19, papers a20, papers a21, papers a22, papers a23, papers a24, papers a25, papers a26, papers a27, papers a28, papers a29, papers a30, papers a31, papers a32, papers a33, papers a34, papers a35, papers a36, papers a37, papers a38, papers a39, papers a40 where a1.id = a2.id and a2.topic = a3.topic and a3.id = a4.id and a4.year = a5.year and a40.id > a1.id
