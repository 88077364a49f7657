"""The map of the papers: positions by likeness, kept in a file beside the list."""
