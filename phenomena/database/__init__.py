"""Papers to a SQLite file and its companions: schema, rows, views, queries, metadata, and the safe replacement."""
