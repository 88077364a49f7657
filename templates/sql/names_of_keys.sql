-- Kind, key and name of lists, topics, venues, keywords and authors, each kind given by its keys.
select 'topic' as kind, id, name from topics where id in (select value from json_each(:topics))
union all
select 'list', id, name from lists where id in (select value from json_each(:lists))
union all
select 'venue', id, name from venues where id in (select value from json_each(:venues))
union all
select 'keyword', id, name from keywords where id in (select value from json_each(:keywords))
union all
select 'author', id, name from authors where id in (select value from json_each(:authors))
