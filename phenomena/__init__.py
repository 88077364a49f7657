"""The builder, a folder per room: reader, papers, citations, database, bundle; each imports only rooms before it."""
