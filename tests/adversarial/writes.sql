-- refused: must be
insert into papers (id) values ('x')

-- refused: must be
update papers set title = 'x'

-- refused: must be
delete from papers

-- refused: must be
drop table papers

-- refused: must be
create table x (a)

-- refused: must be
create temp table x (a)

-- refused: must be
create view x as select 1

-- refused: must be
create trigger x after insert on papers begin select 1; end

-- refused: must be
alter table papers rename to x

-- refused: must be
attach database ':memory:' as x

-- refused: must be
detach database main

-- refused: must be
vacuum

-- refused: must be
vacuum into 'x.db'

-- refused: must be
reindex

-- refused: must be
analyze

-- refused: must be
begin

-- refused: must be
commit

-- refused: must be
savepoint a

-- refused: must be
replace into papers (id) values ('x')

-- refused: only reads|one statement|must be
with x as (select 1) insert into papers (id) select 'x'

-- refused: only reads|one statement|must be
with x as (select 1) delete from papers

-- refused: only reads|one statement|must be
with x as (select 1) update papers set title = 'x'

-- refused: only reads|one statement|must be
select 1; delete from papers

-- refused: only reads|one statement|must be
explain select 1; drop table papers
