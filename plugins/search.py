"""SQL function `fts_query(text)`: what a visitor types, as a full-text query that can't fail.

A paper must contain every word, whole or as a prefix; words in double quotes are a phrase. All other characters
that mean something to FTS5 (`*`, `^`, `-`, `NEAR(`, `AND`, brackets) are read as text; the page of a search says how it
was read, its formats don't. An empty search finds nothing. The search field of a table (`_search`) is read in the same
way: Datasette's own function for it, `escape_fts`, lets a lone quotation mark through, which is an error.
`_searchmode=raw` still takes FTS5's own language.

The index holds stems (`grok` for grokking), and a prefix of a word need not be a prefix of its stem: `grokk` isn't. So
the words of the papers are read once at the start, and a prefix also finds the whole words that begin with it.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from phenomena_web.site import fetch_rows, is_published

MAX_CHARACTERS = 500
MAX_TERMS = 24
TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
WORD = re.compile(r"[^\W_]+")
MISREAD = (  # what means something to other searches, and how it is read here
    (re.compile(r"AND|OR|NOT|NEAR"), "`{}` is read as a word."),
    (re.compile(r"-\w.*"), "`{}` excludes nothing."),
    (re.compile(r"NEAR(/\d+|\(.*)"), "`{}` is read as words, wherever they stand."),
    (re.compile(r"\w+:.*"), "`{}` is looked for in every field."),
    (re.compile(r"\w+\*"), "`{}`: every word finds longer ones too."),
    (re.compile(r".*\w[^\w\s]+\w.*"), "`{}` is read as words of their own; double quotes keep them together."),
    (re.compile(r".*[\W_].*"), "Of `{}` only letters and digits are read."),
)
MAX_ENDINGS = 30  # a prefix of more words is short, and is one of their stems too

vocabularies: WeakKeyDictionary[Datasette, list[str]] = WeakKeyDictionary()  # a server's words, sorted


def fold(text: str) -> str:
    """Lower case without accents, as the index has its words."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def find_longer_words(word: str, vocabulary: Sequence[str]) -> list[str]:
    """The longer words of which a word is a prefix; none where there are too many."""
    prefix = fold(word)
    first = bisect_left(vocabulary, prefix)
    found: list[str] = []
    for longer in vocabulary[first : first + MAX_ENDINGS + 2]:
        if not longer.startswith(prefix):
            break
        if longer != prefix:
            found.append(longer)
    return found if len(found) <= MAX_ENDINGS else []


def as_prefix(word: str, vocabulary: Sequence[str]) -> str:
    """One word as an expression: a prefix of stems, or one of the longer words of which it is a prefix."""
    longer = find_longer_words(word, vocabulary)
    return "(" + " OR ".join([f'"{word}"*', *(f'"{one}"' for one in longer)]) + ")" if longer else f'"{word}"*'


def compose(text: str | None) -> str:
    """A text whose accents are part of their letters (Unicode's NFC), as most keyboards write it."""
    return unicodedata.normalize("NFC", str(text or ""))


def read_terms(text: str | None) -> tuple[list[str], list[str]]:
    """The words and quoted phrases of a text, each once: those that are looked for, and those left out as too many."""
    terms: list[str] = []
    for phrase, word in TERM.findall(compose(text)[:MAX_CHARACTERS]):
        words = WORD.findall(phrase or word)
        if phrase and words:
            terms.append('"' + " ".join(words) + '"')
        else:
            terms.extend(words)
    terms = list(dict.fromkeys(terms))
    return terms[:MAX_TERMS], terms[MAX_TERMS:]


def fts_query(text: str | None, vocabulary: Sequence[str] = ()) -> str:
    """An FTS5 expression: quoted words with a prefix star, all of which must be found.

    >>> fts_query('double "neural collapse" c++')
    '"double"* AND "neural collapse" AND "c"*'
    >>> fts_query("grokk", ["grok", "grokking"])
    '("grokk"* OR "grokking")'
    """
    terms, _ = read_terms(text)
    return " AND ".join(term if term[0] == '"' else as_prefix(term, vocabulary) for term in terms) or '""'


def describe_search(text: str) -> list[str]:
    """Sentences on how a text was read; none where it is words and phrases, which are read as they stand.

    >>> describe_search("double OR triple")
    ['Searched for papers that hold all of: double, or, triple.', '`OR` is read as a word.']
    """
    terms, left_out = read_terms(text)
    if not terms:
        return ["There is nothing to look for: the search holds no letter or digit."] if text else []
    text = compose(text)
    notes: list[str] = []
    for _, word in TERM.findall(text[:MAX_CHARACTERS]):
        word = word.rstrip(",.;!?")
        notes += [words.format(word) for pattern, words in MISREAD if pattern.fullmatch(word)][:1]
    if text.count('"') % 2:
        notes.append("A quotation mark without its pair is left out.")
    if left_out:
        notes.append(f"The first {MAX_TERMS} words are looked for; left out: {', '.join(left_out)}.")
    if len(text) > MAX_CHARACTERS:
        notes.append(f"The first {MAX_CHARACTERS} characters are read.")
    held = f"Searched for papers that hold all of: {', '.join(terms).lower()}."
    return [held, *dict.fromkeys(notes)] if notes else []


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    async def read_words() -> None:
        if is_published(datasette):
            papers = await fetch_rows(datasette, "select title, keywords, authors, digest from papers")
            texts = (fold(text) for row in papers for text in row.values() if text)
            vocabularies[datasette] = sorted({word for text in texts for word in WORD.findall(text)})

    return read_words


@hookimpl(trylast=True)  # after Datasette's own functions, one of which is replaced
def prepare_connection(conn: sqlite3.Connection, datasette: Datasette) -> None:
    def query(text: str | None) -> str:
        return fts_query(text, vocabularies.get(datasette, ()))

    for name in ("fts_query", "escape_fts"):
        conn.create_function(name, 1, query, deterministic=True)


@hookimpl
def extra_template_vars(request: Request | None) -> dict[str, object]:
    def search_notes() -> list[str]:
        if request is None or request.args.get("_searchmode") == "raw":
            return []
        names = [name for name in request.args if re.fullmatch(r"_search(_\w+)?", name)]
        names += ["q"] if request.url_vars.get("table") == "search" else []
        return [note for name in names for note in describe_search(request.args.get(name) or "")]

    return {"search_notes": search_notes}
