"""Text to entries: what a list says, as written, with a status for every line."""
