-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_module_list

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_compile_options

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_pragma_list

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_collation_list

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_integrity_check

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_quick_check

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_optimize

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_hard_heap_limit(1)

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_cache_size(1000000)

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_journal_mode

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_query_only(0)

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_trusted_schema(1)

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_temp_store_directory

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_database_file

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_user_version

-- refused: PRAGMA|pragma|not open|no such table
select * from pragma_mmap_size

-- refused: must be
pragma query_only = 0

-- refused: must be
pragma writable_schema = 1
