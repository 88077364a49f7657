-- refused: not open to visitors
select load_extension('x')

-- refused: not open to visitors
select fts3_tokenizer('simple')

-- bounded: random bytes
select randomblob(10)

-- bounded: zero bytes
select zeroblob(10)

-- bounded: a line in a log that nobody keeps
select sqlite_log(1, 'x')

-- bounded: how SQLite was compiled
select sqlite_compileoption_get(1)

-- bounded: the source of SQLite
select sqlite_source_id()

-- refused: must be
select rtreecheck('x')

-- refused: unable to use function
select matchinfo(papers_fts) from papers_fts

-- refused: unable to use function
select offsets(papers_fts) from papers_fts

-- refused: unable to use function
select optimize(papers_fts) from papers_fts

-- bounded: a JSON patch
select json_patch('{}', '{}')

-- bounded: a JSON value set
select json_set('{}', '$.a', 1)

-- bounded: the last row written, of none
select last_insert_rowid()

-- bounded: rows changed, of none
select changes()

-- bounded: rows changed ever, of none
select total_changes()

-- refused: no such function|not open to visitors
select edit('x')

-- refused: no such function|not open to visitors
select readfile('x')

-- refused: no such function|not open to visitors
select writefile('x', 'y')

-- refused: wrong number of arguments|no such function
select sqlite_rename_test(1, 2)

-- bounded: the pointer of FTS5, which SQLite hides
select fts5(1)

-- bounded: the source of FTS5
select fts5_source_id()
