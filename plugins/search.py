"""SQL function `fts_query(text)`: what a visitor types, as a full-text query that can't fail.

Every word must be found, as the beginning of a word; words in double quotes must stand together. All other signs that
mean something to FTS5 (`*`, `^`, `-`, `NEAR(`, `AND`, brackets) are read as text. Nothing to look for finds nothing.
The search field of a table (`_search`) reads the same way: Datasette's own function for it, `escape_fts`, lets a lone
quotation mark through, which is an error. `_searchmode=raw` still takes FTS5's own language.
"""

import re

from datasette import hookimpl

MAX_CHARACTERS = 500
MAX_TERMS = 24
TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
WORD = re.compile(r"[^\W_]+")


def fts_query(text):
    """An FTS5 expression: quoted words with a prefix star, implicit AND between them.

    >>> fts_query('double "neural collapse" c++')
    '"double"* "neural collapse" "c"*'
    """
    terms = []
    for phrase, word in TERM.findall(str(text or "")[:MAX_CHARACTERS]):
        words = WORD.findall(phrase or word)
        if phrase and words:
            terms.append('"' + " ".join(words) + '"')
        else:
            terms.extend(f'"{one}"*' for one in words)
    return " ".join(terms[:MAX_TERMS]) or '""'


@hookimpl(trylast=True)  # after Datasette's own functions, one of which is replaced
def prepare_connection(conn):
    for name in ("fts_query", "escape_fts"):
        conn.create_function(name, 1, fts_query, deterministic=True)
