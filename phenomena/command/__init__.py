"""The commands: what a build does, step by step; its options; what a change to a list brings; the site on a port."""
