-- bounded: counting without end
with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n

-- bounded: counting without end into rows
with recursive n(i) as (select 1 union all select i + 1 from n) select * from n order by i desc

-- bounded: a tree that branches
with recursive n(i) as (select 1 union all select i * 2 from n union all select i * 2 + 1 from n) select max(i) from n

-- bounded: distinct without end
with recursive n(i) as (select 1 union select i + 1 from n) select sum(i) from n

-- bounded: ordered recursion
with recursive n(i, j) as (select 1, 1 union all select i + 1, random() from n order by 2) select count(*) from n

-- bounded: recursion over a join
with recursive n(p) as (select id from papers union all select related.related from n join related on related.paper = n.p) select count(*) from n

-- bounded: recursion that filters everything out
with recursive n(i) as (select 1 union all select i + 1 from n) select * from n where i < 0

-- bounded: recursion within recursion
with recursive n(i) as (select 1 union all select i + (with recursive m(j) as (select 1 union all select j + 1 from m limit 10000) select count(*) from m) from n) select max(i) from n

-- bounded: recursion with aggregates over windows
with recursive n(i) as (select 1 union all select i + 1 from n limit 1000000) select max(s) from (select sum(i) over (order by i rows between 1000 preceding and 1000 following exclude current row) as s from n)

-- bounded: recursion through JSON
with recursive n(i) as (select '[1]' union all select json_array(json(i), json(i)) from n) select count(*) from n
