"""The rooms behind build.py: source, outline, entries, records, store; each imports only rooms before it."""
