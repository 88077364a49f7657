"""The database as one archive, in every format, with descriptions of its files."""
