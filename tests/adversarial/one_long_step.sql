-- bounded: replace in a long value
select length(replace(printf('%0900000d', 0), printf('%0400000d', 1), 'x'))

-- bounded: instr in a long value
select instr(printf('%0900000d', 0), printf('%0400000d', 1))

-- bounded: trim by many characters
select length(trim(printf('%0900000d', 1), printf('%0900000d', 2)))

-- bounded: ltrim by many characters
select length(ltrim(printf('%0900000d', 1), printf('%0900000d', 2)))

-- bounded: rtrim by many characters
select length(rtrim(printf('%0900000d', 1), printf('%0900000d', 2)))

-- bounded: LIKE with a long text
select printf('%0900000d', 0) like '%0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001%'

-- bounded: LIKE with many wildcards
select printf('%0900000d', 0) like '%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%1'

-- bounded: GLOB with many classes
select printf('%0900000d', 0) glob '*[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]x*'

-- bounded: GLOB with many stars
select printf('%0900000d', 0) glob '*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*1'

-- bounded: a huge width
select length(printf('%900000000d', 1))

-- bounded: a huge precision
select length(printf('%.900000000f', 1.5))

-- bounded: a width from a value
select length(printf('%*d', 2147483647, 1))

-- bounded: replace at its longest, for all pairs
select sum(length(replace(x, substr(x, 70000) || 'b', 'c'))) from (select printf('%0130000d', 0) as x) cross join papers a cross join papers b

-- bounded: instr at its longest, for all pairs
select sum(instr(x, substr(x, 70000) || 'b')) from (select printf('%0130000d', 0) as x) cross join papers a cross join papers b

-- bounded: trim at its longest, for all pairs
select sum(length(trim(x, y))) from (select printf('%05800d', 0) as x, replace(printf('%02800d', 0), '0', 'é') || '0' as y) cross join papers a cross join papers b

-- bounded: ltrim at its longest, for all pairs
select sum(length(ltrim(x, y))) from (select printf('%05800d', 0) as x, replace(printf('%02800d', 0), '0', 'é') || '0' as y) cross join papers a cross join papers b

-- bounded: rtrim at its longest, for all pairs
select sum(length(rtrim(x, y))) from (select printf('%05800d', 0) as x, replace(printf('%02800d', 0), '0', 'é') || '0' as y) cross join papers a cross join papers b

-- bounded: LIKE at its longest, for all pairs
select sum(x like '%' || printf('%0250d', 0) || '1%') from (select printf('%0130000d', 0) as x) cross join papers a cross join papers b

-- bounded: LIKE with wildcards, for all pairs
select sum(x like '%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0%0_0_0_0_0_0_0_0_0%1') from (select printf('%0130000d', 0) as x) cross join papers a cross join papers b

-- bounded: GLOB at its longest, for all pairs
select sum(x glob '*' || replace(printf('%050d', 0), '0', '[0-9]') || '1*') from (select printf('%0110000d', 0) as x) cross join papers a cross join papers b

-- bounded: a date format at its longest
select sum(length(strftime(x, 'now'))) from (select replace(printf('%0100000d', 0), '0', '%W') as x) cross join papers a cross join papers b

-- bounded: a number format at its longest
select sum(length(printf(x, 1))) from (select replace(printf('%050000d', 0), '0', '%d') as x) cross join papers a cross join papers b

-- bounded: JSON at its longest
select sum(json_array_length('[' || x || '0]')) from (select replace(printf('%0100000d', 0), '0', '0,') as x) cross join papers a cross join papers b

-- bounded: JSON at its deepest
select sum(json_array_length(x)) from (select replace(printf('%0900d', 0), '0', '[') || replace(printf('%0900d', 0), '0', ']') as x) cross join papers a cross join papers b

-- bounded: a JSON tree at its longest
select count(fullkey) from (select '[' || replace(printf('%020000d', 0), '0', '[0],') || '0]' as x) cross join papers a cross join json_tree(x) as tree

-- bounded: a full-text query of many words
select count(*) from papers_fts where papers_fts match replace(printf('%05000d', 0), '0', 'a* or ') || 'b'

-- bounded: a full-text query of many near words
select count(*) from papers_fts where papers_fts match 'NEAR(' || replace(printf('%05000d', 0), '0', 'a* ') || 'b, 1000)'

-- bounded: a full-text query of many phrases
select count(*) from papers_fts where papers_fts match replace(printf('%05000d', 0), '0', '"the" ') || 'b'

-- bounded: a full-text query of one long phrase
select count(*) from papers_fts where papers_fts match '"' || replace(printf('%05000d', 0), '0', 'the ') || 'b"'

-- bounded: a full-text query of many brackets
select count(*) from papers_fts where papers_fts match replace(printf('%05000d', 0), '0', '(') || 'b'

-- bounded: snippets of everything
select length(snippet(papers_fts, -1, 'a', 'b', 'c', 64)) from papers_fts where papers_fts match 'a* or b* or c* or d* or e* or i* or o* or t* or n*'

-- bounded: highlights of everything with long marks
select length(highlight(papers_fts, 4, x, x)) from (select printf('%02000d', 0) as x) cross join papers_fts where papers_fts match 'a* or b* or c* or d* or e* or i* or o* or t* or n*'

-- bounded: sorting long values that begin alike
with recursive n(i) as (select 1 union all select i + 1 from n limit 15000) select i from n order by printf('%03000d', i) collate nocase desc limit 1 offset 9000

-- bounded: grouping long values that begin alike
with recursive n(i) as (select 1 union all select i + 1 from n limit 15000) select count(*) from n group by printf('%03000d', i) collate nocase limit 1

-- bounded: upper case many times in one row
select length(upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x) || upper(x) || lower(x)) from (select printf('%09000d', 0) as x) cross join papers a cross join papers b

-- bounded: comparisons of a long value in one row
select sum(case x when x || '0' then 0 when x || '1' then 1 when x || '2' then 2 when x || '3' then 3 when x || '4' then 4 when x || '5' then 5 when x || '6' then 6 when x || '7' then 7 when x || '8' then 8 when x || '9' then 9 when x || '10' then 10 when x || '11' then 11 when x || '12' then 12 when x || '13' then 13 when x || '14' then 14 when x || '15' then 15 when x || '16' then 16 when x || '17' then 17 when x || '18' then 18 when x || '19' then 19 when x || '20' then 20 when x || '21' then 21 when x || '22' then 22 when x || '23' then 23 when x || '24' then 24 when x || '25' then 25 when x || '26' then 26 when x || '27' then 27 when x || '28' then 28 when x || '29' then 29 when x || '30' then 30 when x || '31' then 31 when x || '32' then 32 when x || '33' then 33 when x || '34' then 34 when x || '35' then 35 when x || '36' then 36 when x || '37' then 37 when x || '38' then 38 when x || '39' then 39 when x || '40' then 40 when x || '41' then 41 when x || '42' then 42 when x || '43' then 43 when x || '44' then 44 when x || '45' then 45 when x || '46' then 46 when x || '47' then 47 when x || '48' then 48 when x || '49' then 49 when x || '50' then 50 when x || '51' then 51 when x || '52' then 52 when x || '53' then 53 when x || '54' then 54 when x || '55' then 55 when x || '56' then 56 when x || '57' then 57 when x || '58' then 58 when x || '59' then 59 when x || '60' then 60 when x || '61' then 61 when x || '62' then 62 when x || '63' then 63 when x || '64' then 64 when x || '65' then 65 when x || '66' then 66 when x || '67' then 67 when x || '68' then 68 when x || '69' then 69 when x || '70' then 70 when x || '71' then 71 when x || '72' then 72 when x || '73' then 73 when x || '74' then 74 when x || '75' then 75 when x || '76' then 76 when x || '77' then 77 when x || '78' then 78 when x || '79' then 79 when x || '80' then 80 when x || '81' then 81 when x || '82' then 82 when x || '83' then 83 when x || '84' then 84 when x || '85' then 85 when x || '86' then 86 when x || '87' then 87 when x || '88' then 88 when x || '89' then 89 when x || '90' then 90 when x || '91' then 91 when x || '92' then 92 when x || '93' then 93 when x || '94' then 94 when x || '95' then 95 when x || '96' then 96 when x || '97' then 97 when x || '98' then 98 when x || '99' then 99 end) from (select printf('%050000d', 0) as x) cross join papers a cross join papers b

-- bounded: sorting as many numbers as fit
with recursive n(i) as (select 1 union all select i + 1 from n limit 400000) select i from n order by -i limit 1 offset 300000

-- bounded: sorting as many texts as fit
with recursive n(i) as (select 1 union all select i + 1 from n limit 7000) select i from n order by printf('%03000d', i) collate nocase desc limit 1 offset 5000
