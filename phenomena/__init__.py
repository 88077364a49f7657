"""The builder in five packages: reader, papers, citations, database, bundle; each imports only those before it."""
