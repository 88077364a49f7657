-- refused: not open to visitors
select load_extension('x')

-- refused: not open to visitors
select fts3_tokenizer('simple')

-- refused: not open to visitors
select randomblob(10)

-- refused: not open to visitors
select zeroblob(10)

-- refused: not open to visitors
select sqlite_log(1, 'x')

-- refused: not open to visitors
select sqlite_compileoption_get(1)

-- refused: not open to visitors
select sqlite_source_id()

-- refused: not open to visitors
select rtreecheck('x')

-- refused: not open to visitors
select matchinfo(papers_fts) from papers_fts

-- refused: not open to visitors
select offsets(papers_fts) from papers_fts

-- refused: not open to visitors
select optimize(papers_fts) from papers_fts

-- refused: not open to visitors
select json_patch('{}', '{}')

-- refused: not open to visitors
select json_set('{}', '$.a', 1)

-- refused: not open to visitors
select last_insert_rowid()

-- refused: not open to visitors
select changes()

-- refused: not open to visitors
select total_changes()

-- refused: no such function|not open to visitors
select edit('x')

-- refused: no such function|not open to visitors
select readfile('x')

-- refused: no such function|not open to visitors
select writefile('x', 'y')

-- refused: wrong number of arguments|no such function
select sqlite_rename_test(1, 2)

-- refused: not open to visitors
select fts5(1)

-- refused: not open to visitors
select fts5_source_id()
