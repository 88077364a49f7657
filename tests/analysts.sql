-- rows of a table
select id, title, year from papers order by id limit 20

-- all columns of a table
select * from papers order by id

-- count
select count(*) from papers

-- papers by year
select year, count(*) as papers from papers group by year order by year

-- papers by topic and year
select topics.name, papers.year, count(*) from papers join topics on topics.id = papers.topic group by 1, 2 order by 1, 2

-- having
select venue, count(*) as papers from papers group by venue having count(*) > 2 order by papers desc, venue

-- conditional aggregate
select year, sum(code_url is not null) as with_code, count(*) filter (where doi is not null) as with_doi from papers group by year order by year

-- average, total, extremes
select round(avg(length(title)), 2), total(length(title)), min(year), max(year) from papers

-- distinct
select distinct venue from papers where venue is not null order by venue

-- text joined in a group
select topic, group_concat(citekey, '; ') from (select topic, citekey from papers order by citekey) group by topic order by topic

-- JSON array of a group
select topic, json_group_array(title) from (select topic, title from papers order by id) group by topic order by topic

-- JSON object of a group
select json_group_object(id, paper_count) from (select id, paper_count from topics order by id)

-- JSON array opened
select papers.id, word.value from papers, json_each(papers.keywords) as word order by papers.id, word.key

-- JSON arrays counted
select json_array_length(authors) as people, count(*) from papers group by people order by people

-- JSON extracted by operators
select id, authors ->> 0 as first, authors -> 1 as second from papers order by id limit 50

-- JSON extracted by function
select id, json_extract(authors, '$[#-1]') as last from papers order by id

-- JSON made
select json_object('id', id, 'year', year, 'authors', json(authors)) from papers order by id limit 30

-- JSON types
select distinct json_type(keywords), json_valid(keywords) from papers

-- JSON tree
select count(*) from papers, json_tree(json_object('a', json(authors), 'k', json(keywords)))

-- full-text search
select papers.id from papers_fts join papers on papers.rowid = papers_fts.rowid where papers_fts match 'generalization' order by papers.id

-- full-text search, ranked
select papers.id, round(bm25(papers_fts, 10.0, 6.0, 4.0, 2.0, 1.0), 4) as score from papers_fts join papers on papers.rowid = papers_fts.rowid where papers_fts match 'neural AND network*' order by score, papers.id

-- full-text search with a snippet
select snippet(papers_fts, -1, '[', ']', '...', 12) from papers_fts where papers_fts match 'loss' order by rowid

-- full-text search, highlighted
select highlight(papers_fts, 0, '<b>', '</b>') from papers_fts where papers_fts match 'title: training' order by rowid

-- full-text search as visitors type
select rowid from papers_fts where papers_fts match fts_query('double "neural network') order by rowid

-- full-text search by phrase, near and column
select rowid from papers_fts where papers_fts match '"neural network" OR NEAR(deep learning, 5) OR keywords: pruning' order by rowid

-- LIKE
select id from papers where title like '%learn%' order by id

-- LIKE with an escape
select id from papers where digest like '%100\%%' escape '\' order by id

-- GLOB
select id from papers where title glob '*[A-Z][A-Z][A-Z]*' order by id

-- month of submission
select substr(submitted, 1, 4) as year, substr(submitted, 6, 2) as month, count(*) from papers where submitted is not null group by 1, 2 order by 1, 2

-- dates
select date(submitted || '-01', '+1 month', '-1 day') as month_end, count(*) from papers where submitted is not null group by 1 order by 1

-- lag in days
select id, julianday(venue_year || '-12-31') - julianday(submitted || '-01') as days from papers where submitted is not null and venue_year is not null order by id

-- strftime and unixepoch
select strftime('%Y week %W', submitted || '-15') as week, unixepoch(submitted || '-01') from papers where submitted is not null order by id

-- running total
select year, count(*) as papers, sum(count(*)) over (order by year) as so_far from papers where year is not null group by year order by year

-- rank within a topic
select topic, id, rank() over (partition by topic order by json_array_length(authors) desc) as place from papers order by topic, place, id

-- row numbers, top three of each
select * from (select topic, title, row_number() over (partition by topic order by year desc, id) as n from papers) where n <= 3 order by topic, n

-- lag and lead
select year, n, n - lag(n, 1, 0) over (order by year) as change, lead(n) over (order by year) as next from (select year, count(*) as n from papers where year is not null group by year) order by year

-- moving average
select year, avg(n) over (order by year rows between 1 preceding and 1 following) as smooth from (select year, count(*) as n from papers where year is not null group by year) order by year

-- quartiles
select id, ntile(4) over (order by length(digest), id) as quartile from papers order by id

-- shares
select topic, count(*) as n, round(100.0 * count(*) / sum(count(*)) over (), 1) as share from papers group by topic order by topic

-- first and last values, cumulative distribution
select distinct topic, first_value(id) over w as first, last_value(id) over (w rows between unbounded preceding and unbounded following) as last, count(*) over (partition by topic) as n from papers window w as (partition by topic order by year, id) order by topic

-- percent rank
select id, round(percent_rank() over (order by paper_count), 4), round(cume_dist() over (order by paper_count), 4), dense_rank() over (order by paper_count) from keywords order by id

-- WITH
with busy as (select author from paper_authors group by author having count(*) > 2) select papers.id from busy join paper_authors using (author) join papers on papers.id = paper_authors.paper group by papers.id order by papers.id

-- WITH in a chain
with a as (select year, count(*) as n from papers group by year), b as (select year, n, sum(n) over (order by year) as s from a), c as (select year, n, s, 1.0 * n / s as share from b), d as (select year, round(share, 3) as share from c) select * from d where share > 0 order by year

-- years without gaps
with recursive years(year) as (select min(year) from papers union all select year + 1 from years where year < (select max(year) from papers)) select years.year, count(papers.id) from years left join papers on papers.year = years.year group by 1 order by 1

-- neighbours of neighbours
with recursive near(id, depth) as (select min(id), 0 from papers union select related.related, near.depth + 1 from near join related on related.paper = near.id where near.depth < 2) select id, min(depth) from near group by id order by id

-- words of all titles
with recursive words(word, rest) as (select '', lower(title) || ' ' from papers union all select substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) from words where rest <> '') select word, count(*) as n from words where length(word) > 4 group by word having n > 3 order by n desc, word

-- replace, trim, upper
select upper(replace(trim(title), ' ', '_')) from papers order by id

-- trim with characters
select ltrim(title, 'AThe '), rtrim(title, '?!.'), trim(id, 'arxiv-') from papers order by id

-- printf
select printf('%s (%d) %.2f %5d|%-8s|', citekey, year, year / 3.0, year, venue) from papers where year is not null order by id

-- text functions
select instr(title, ' '), length(title), unicode(title), char(unicode(title)), hex(substr(title, 1, 3)), quote(venue), soundex(title) from papers order by id

-- numbers
select id, round(sqrt(paper_count), 4), round(ln(paper_count), 4), round(pow(paper_count, 1.5), 3), abs(-paper_count), sign(paper_count), mod(paper_count, 3), ceil(paper_count / 2.0), floor(paper_count / 2.0) from keywords order by id

-- pi and angles
select round(pi(), 6), round(sin(1), 6), round(cos(1), 6), round(degrees(1), 4), round(exp(1), 6), round(log10(1000), 3)

-- choices
select id, case when code_url is null then 'none' when code_url like '%github%' then 'GitHub' else 'other' end, coalesce(venue, 'preprint'), iif(year > 2020, 'new', 'old'), nullif(topic, ''), ifnull(doi, arxiv_id) from papers order by id

-- types
select distinct typeof(year), typeof(title), typeof(doi) from papers order by 1, 2, 3

-- left join for what is missing
select topics.id from topics left join resources on resources.title = topics.name where resources.id is null order by 1

-- full outer join
select a.year, b.year from (select distinct year from papers) as a full join (select distinct venue_year as year from papers) as b using (year) order by 1, 2

-- exists and not in
select id from papers where exists (select 1 from links where links.paper = papers.id and links.label = 'code') and id not in (select related from related where rank = 1) order by id

-- compound selects
select year from papers union select venue_year from papers except select null intersect select first_year from keywords order by 1

-- co-author pairs
select a.author, b.author, count(*) as n from paper_authors a join paper_authors b on b.paper = a.paper and b.author > a.author group by 1, 2 having n > 1 order by n desc, 1, 2

-- views
select * from topic_years order by topic, year

-- coverage view
select * from coverage order by "column"

-- screening view
select * from screening order by paper

-- correlation of year and number of authors
select round((avg(x * y) - avg(x) * avg(y)) / (sqrt(avg(x * x) - avg(x) * avg(x)) * sqrt(avg(y * y) - avg(y) * avg(y))), 6) from (select 1.0 * year as x, json_array_length(authors) as y from papers where year is not null)

-- columns of a table
select name, type, pk from pragma_table_info('papers')

-- tables there are
select name, type from sqlite_master where name not like 'sqlite_%' order by name

-- how a query is run
explain query plan select * from papers where topic = 'grokking'

-- values
with weights(topic, weight) as (values ('grokking', 2), ('neural-collapse', 3)) select * from weights order by 1

-- similarity of keywords
select a.paper, b.paper, count(*) * 1.0 / (select count(distinct keyword) from paper_keywords where paper in (a.paper, b.paper)) as jaccard from paper_keywords a join paper_keywords b on a.keyword = b.keyword and a.paper < b.paper group by 1, 2 having jaccard > 0.5 order by 1, 2

-- a parameter
select id from papers where year = :year order by id
