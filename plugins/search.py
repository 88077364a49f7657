"""SQL function `fts_query(text)`: what a visitor types, as a full-text query that can't fail.

Every word must be found, as the beginning of a word; words in double quotes must stand together. All other signs that
mean something to FTS5 (`*`, `^`, `-`, `NEAR(`, `AND`, brackets) are read as text. Nothing to look for finds nothing.
The search field of a table (`_search`) reads the same way: Datasette's own function for it, `escape_fts`, lets a lone
quotation mark through, which is an error. `_searchmode=raw` still takes FTS5's own language.

The index holds stems (`grok` for grokking), and the beginning of a word need not begin its stem: `grokk` doesn't. So
the words of the papers are read once at the start, and a beginning also finds the whole words that it begins.
"""

import re
import unicodedata
from bisect import bisect_left
from weakref import WeakKeyDictionary

from datasette import hookimpl

DATABASE = "phenomena"

MAX_CHARACTERS = 500
MAX_TERMS = 24
TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
WORD = re.compile(r"[^\W_]+")
MAX_ENDINGS = 30  # a beginning of more words is short, and begins their stems

vocabularies = WeakKeyDictionary()  # a server's words, sorted


def fold(text):
    """Lower case without accents, as the index has its words."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def words_beginning(word, vocabulary):
    """The longer words that a word begins, unless there are too many."""
    beginning = fold(word)
    first = bisect_left(vocabulary, beginning)
    found = []
    for longer in vocabulary[first : first + MAX_ENDINGS + 2]:
        if not longer.startswith(beginning):
            break
        if longer != beginning:
            found.append(longer)
    return found if len(found) <= MAX_ENDINGS else []


def begin(word, vocabulary):
    """One word as an expression: the beginning of a stem, or one of the words that it begins."""
    longer = words_beginning(word, vocabulary)
    return "(" + " OR ".join([f'"{word}"*', *(f'"{one}"' for one in longer)]) + ")" if longer else f'"{word}"*'


def fts_query(text, vocabulary=()):
    """An FTS5 expression: quoted words with a prefix star, all of which must be found.

    >>> fts_query('double "neural collapse" c++')
    '"double"* AND "neural collapse" AND "c"*'
    >>> fts_query("grokk", ["grok", "grokking"])
    '("grokk"* OR "grokking")'
    """
    terms = []
    for phrase, word in TERM.findall(str(text or "")[:MAX_CHARACTERS]):
        words = WORD.findall(phrase or word)
        if phrase and words:
            terms.append('"' + " ".join(words) + '"')
        else:
            terms.extend(begin(one, vocabulary) for one in words)
    return " AND ".join(terms[:MAX_TERMS]) or '""'


@hookimpl
def startup(datasette):
    async def read_words():
        if DATABASE in datasette.databases:
            papers = await datasette.get_database(DATABASE).execute(
                "select title, keywords, authors, digest from papers", truncate=False
            )
            texts = (fold(text) for row in papers.rows for text in row if text)
            vocabularies[datasette] = sorted({word for text in texts for word in WORD.findall(text)})

    return read_words


@hookimpl(trylast=True)  # after Datasette's own functions, one of which is replaced
def prepare_connection(conn, datasette):
    def query(text):
        return fts_query(text, vocabularies.get(datasette, ()))

    for name in ("fts_query", "escape_fts"):
        conn.create_function(name, 1, query, deterministic=True)
