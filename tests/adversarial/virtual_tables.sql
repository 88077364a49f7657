-- refused: not open to visitors|no such table
select * from sqlite_stmt

-- refused: not open to visitors|no such table
select * from dbstat

-- refused: not open to visitors|no such table
select * from dbstat('main')

-- refused: not open to visitors|no such table
select * from fts5vocab

-- refused: not open to visitors|no such table
select * from fts3tokenize

-- refused: not open to visitors|no such table
select * from rtree

-- refused: not open to visitors|no such table
select * from bytecode('select 1')

-- refused: not open to visitors|no such table
select * from tables_used('select 1')

-- refused: not open to visitors|no such table
select * from generate_series(1, 10)

-- refused: not open to visitors|no such table
select * from sqlite_dbpage

-- refused: not open to visitors|no such table
select * from sqlite_temp_master

-- refused: not open to visitors|no such table
select * from completion('a')

-- refused: invalid arguments
select * from fts4aux

-- refused: must be
create virtual table temp.x using fts5(a)
