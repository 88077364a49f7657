"""The database, declared before it is filled: tables, columns with type and meaning, keys, indexes, facets, search."""
