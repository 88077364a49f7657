"""Entries to papers: one permanent key per paper, names folded to keys, and what only a comparison shows."""
