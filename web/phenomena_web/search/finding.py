"""Searches of a server's database, of which the last are kept."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Request

from ..site import DATABASE, fetch_rows, run_in_thread
from ..statements import fetch_named
from .correction import Found, find
from .expressions import NOTHING, Condition, match_expression, no_words
from .known_words import KnownWords
from .language import parse
from .words import words_of

if TYPE_CHECKING:
    from datasette.app import Datasette

MOST_KEPT = 500  # searches; a page, its notes and its downloads ask for the same

finders: WeakKeyDictionary[Datasette, Finder] = WeakKeyDictionary()


class Finder:
    """The searches of one server. Its database doesn't change."""

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette
        self.kept: dict[str, Found] = {}

    async def find(self, typed: str) -> Found:
        """The search for a text, within the time of one statement. Raises QueryInterrupted."""
        if typed not in self.kept:
            found = await run_in_thread(self.datasette, partial(find_by, typed))
            while len(self.kept) >= MOST_KEPT:
                del self.kept[next(iter(self.kept))]
            self.kept[typed] = found
        return self.kept[typed]

    async def find_papers(self, typed: str) -> list[str]:
        """The keys of the papers that a text finds, in no order."""
        found = (await self.find(typed)).condition
        rows = await fetch_rows(self.datasette, f"select id from papers where {found.sql}", **found.values)
        return [row["id"] for row in rows]


def find_by(typed: str, connection: sqlite3.Connection) -> Found:
    """The search for a text, by a connection to the database."""
    return find(typed, KnownWords(connection), partial(count, connection))


def count(connection: sqlite3.Connection, condition: Condition) -> int:
    """How many papers meet a condition."""
    return int(connection.execute(condition.count, condition.values).fetchone()[0])


def fts_query(text: str | None, connection: sqlite3.Connection | None) -> str:
    """A text as an FTS5 expression: the language without its filters, which are read as words.

    By a connection to the published database, a prefix finds the longer words of its papers too.
    """
    longer = KnownWords(connection).longer if connection else no_words
    return match_expression(parse(text, has_filters=False), longer) or NOTHING


def finder_of(datasette: Datasette) -> Finder:
    """The finder of a server."""
    return finders.get(datasette) or finders.setdefault(datasette, Finder(datasette))


def typed_search(request: Request, database: str | None = None, table: str | None = None) -> str | None:
    """What is looked for in the list of papers, in the language of the search box; None where nothing is."""
    names = (database or request.url_vars.get("database"), table or request.url_vars.get("table"))
    typed: str = request.args.get("_search") or ""
    is_other = request.args.get("_searchmode") == "raw" or request.args.get("_fts_table") or request.args.get("_fts_pk")
    return typed if names == (DATABASE, "papers") and typed.strip() and not is_other else None


async def find_snippets(datasette: Datasette, typed: str, papers: list[Any]) -> dict[str, str]:
    """Paper to the piece of it that shows what was found, marked «so»; papers found by their title alone have none."""
    found = await finder_of(datasette).find(typed)
    if not found.condition.is_ranked:
        return {}
    rows = await fetch_named(datasette, "snippets", match=found.condition.values["match"], papers=papers)
    return {row["paper"]: row["snippet"] for row in rows if row["snippet"] and not repeats_title(**row)}


def repeats_title(title: str, snippet: str, paper: str) -> bool:
    """Whether a marked snippet says no more than the title, as a keyword may.

    >>> repeats_title("Neural Collapse: A Review", '["«Neural» Collapse"]', "arxiv-2206-04041")
    True
    """
    return " ".join(words_of(snippet)) in " ".join(words_of(title))
