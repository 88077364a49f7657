"""The inside of one line: text to values. Which line is which field is decided by the reader."""

from functools import lru_cache

remembered = lru_cache(maxsize=8_192)  # for functions of one line: revisions of a list share nearly all of theirs
