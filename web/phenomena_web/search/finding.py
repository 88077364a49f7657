"""Searches of a server's database: its index, read once, and the searches made, of which the last are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Request

from ..site import DATABASE, fetch_pieces, fetch_rows
from ..statements import fetch_named
from .correction import Found, find
from .expressions import NOTHING, Condition, match_expression
from .index import Index, make_index, words_of
from .language import parse

if TYPE_CHECKING:
    from datasette.app import Datasette

PAPERS = "id, title, keywords, authors, digest, openreview_id, citekey"
TOPICS = "select name, 0 as paper_count from topics"
VENUES = "select id, name, full_name from venues"
MOST_KEPT = 500  # searches; a page, its notes and its downloads ask for the same

finders: WeakKeyDictionary[Datasette, Finder] = WeakKeyDictionary()


class Finder:
    """The searches of one server. Its database doesn't change."""

    def __init__(self, datasette: Datasette, index: Index) -> None:
        self.datasette = datasette
        self.index = index
        self.kept: dict[str, Found] = {}

    async def find(self, typed: str) -> Found:
        """The search for a text."""
        if typed not in self.kept:
            while len(self.kept) >= MOST_KEPT:
                del self.kept[next(iter(self.kept))]
            self.kept[typed] = await find(typed, self.index, self.count)
        return self.kept[typed]

    async def find_papers(self, typed: str) -> list[str]:
        """The keys of the papers that a text finds, in no order."""
        found = (await self.find(typed)).condition
        rows = await fetch_rows(self.datasette, f"select id from papers where {found.sql}", **found.values)
        return [row["id"] for row in rows]

    async def count(self, condition: Condition) -> int:
        """How many papers meet a condition."""
        rows = await fetch_rows(self.datasette, condition.count, **condition.values)
        return int(rows[0]["n"])

    def fts_query(self, text: str | None) -> str:
        """A text as an FTS5 expression: the language without its filters, which are read as words."""
        return match_expression(parse(text, has_filters=False), self.index.vocabulary) or NOTHING


async def open_finder(datasette: Datasette) -> Finder:
    """The finder of a server, made when it is first asked for."""
    if datasette not in finders:
        papers = await fetch_pieces(datasette, "papers", PAPERS, 500)  # whose rows are long
        names = await fetch_pieces(datasette, "keywords", "name, paper_count") + await fetch_rows(datasette, TOPICS)
        venues = await fetch_rows(datasette, VENUES)
        finders[datasette] = Finder(datasette, make_index(papers, names, venues))
    return finders[datasette]


def find_finder(datasette: Datasette) -> Finder | None:
    """The finder of a server that has started, None before."""
    return finders.get(datasette)


def typed_search(request: Request, database: str | None = None, table: str | None = None) -> str | None:
    """What is looked for in the list of papers, in the language of the search box; None where nothing is."""
    names = (database or request.url_vars.get("database"), table or request.url_vars.get("table"))
    typed: str = request.args.get("_search") or ""
    is_other = request.args.get("_searchmode") == "raw" or request.args.get("_fts_table") or request.args.get("_fts_pk")
    return typed if names == (DATABASE, "papers") and typed.strip() and not is_other else None


async def find_snippets(datasette: Datasette, typed: str, papers: list[Any]) -> dict[str, str]:
    """Paper to the piece of it that shows what was found, marked «so»; papers found by their title alone have none."""
    found = await (await open_finder(datasette)).find(typed)
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
