"""Papers to citations: BibTeX, RIS and CSL-JSON."""
