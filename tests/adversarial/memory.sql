-- bounded: one value that doubles until it is too long
with recursive d(x) as (select 'aaaaaaaa' union all select x || x from d) select max(length(x)) from d

-- bounded: many long values kept for sorting
with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) select printf('%0200000d', i) from n order by 1 limit 1

-- bounded: many long values kept to be distinct
with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) select count(distinct printf('%0100000d', i)) from n

-- bounded: a materialized table of long values
with recursive n(i) as (select 1 union all select i + 1 from n limit 100000), big as materialized (select printf('%0500000d', i) as x from n) select count(*) from big a, big b

-- bounded: a group joined to one value
select length(group_concat(a.digest)) from papers a, papers b, papers c

-- bounded: a JSON array of everything, many times
select length(json_group_array(a.digest)) from papers a, papers b, papers c

-- bounded: a JSON object of everything, many times
select length(json_group_object(a.id || b.id || c.id, a.digest)) from papers a, papers b, papers c

-- bounded: hexadecimal of hexadecimal
select hex(hex(hex(hex(hex(hex(hex(hex(hex(hex(group_concat(digest))))))))))) from papers

-- bounded: quoting what was quoted
select quote(quote(quote(quote(quote(quote(quote(quote(printf('%0900000d', 1)))))))))

-- bounded: many columns of long values
select printf('%0900000d', 1), printf('%0900000d', 2), printf('%0900000d', 3), printf('%0900000d', 4), printf('%0900000d', 5), printf('%0900000d', 6), printf('%0900000d', 7), printf('%0900000d', 8), printf('%0900000d', 9), printf('%0900000d', 10) from papers

-- bounded: one long value in each of a hundred columns, in every row
with long as materialized (select hex(printf('%0300000d', 1)) as x) select x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x from papers, long

-- bounded: one value of four-byte characters in each of a hundred columns, in every row
with long as materialized (select replace(printf('%0100000d', 1), '0', char(128512)) as x) select x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x from papers, long

-- refused: longer than 4 MB
with recursive n(i) as (select 1 union all select i + 1 from n limit 4900) select x'00', x'01', x'02', x'03' from n -- longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong

-- refused: longer than 4 MB
with recursive n(i) as (select 1 union all select i + 1 from n limit 4900) select i as "longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong" from n

-- bounded: a window over long values
with recursive n(i) as (select 1 union all select i + 1 from n limit 50000) select max(length(s)) from (select group_concat(printf('%09000d', i)) over (order by i rows between 100 preceding and current row) as s from n)

-- bounded: a union of long values
with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) select count(*) from (select printf('%0300000d', i) from n union select printf('%0300000d', -i) from n)

-- refused: longer than it may be
select length(zeroblob(900000000))

-- refused: longer than it may be
select length(randomblob(900000000))
