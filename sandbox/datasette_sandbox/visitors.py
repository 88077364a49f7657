"""Which requests bring SQL of their own, and which are large: judged by the names of their parameters.

A request is the site's own as long as each of its parameters is known only to be bound as a value, or quoted as the
name of a column. In any other request every statement counts as the visitor's, so a parameter that nobody thought of
costs a little time and opens nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Container, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from datasette import hookspec
from datasette.utils import MultiParams

from .admission import Queue

BOUND_NAMES = (  # by Datasette's own pages
    "_blob_column _blob_hash _col _dl _facet _facet_array _facet_date _facet_size _filter_column _filter_op "
    "_filter_value _header _hide_sql _json _json_infinity _label _labels _next _nl _nocol _nocount _nofacet _nosuggest "
    "_search _shape _show_hidden _show_sql _size _sort _sort_by_desc _sort_desc _stream _through _timelimit _ttl"
)
BOUND = frozenset(BOUND_NAMES.split())
NUMBERED = re.compile(r"_filter_(column|op|value)_\d+")
DATA = re.compile(r"\.(\w+)$")
MOST_PARAMETERS = 100  # for each of which Datasette reads the whole address
MOST_COMMENTS = 100
COMMENT = re.compile(r"/\*|--")
LONG_GAP = re.compile(r"(?:\*/|\n)\s{100}")
MOST_ROWS_ON_A_PAGE = 1000
VALUES, VALUES_ON_A_PAGE = 200_000, 30_000
MEGABYTES, MEGABYTES_ON_A_PAGE, MEGABYTES_OF_JSON_COLUMNS = 4, 2, 1  # of which Datasette makes long lists

VISIT: ContextVar[Visit | None] = ContextVar("visit", default=None)


@hookspec
def sandbox_bound_parameters(datasette: Any) -> Iterable[str]:
    """Names of parameters of the address that a plugin reads, and puts into SQL as bound values only."""
    return ()


@dataclass
class Visit:
    """One request on its way: its queue, if it needs a place in one, and whether its statements run in the sandbox."""

    client: str
    queue: Queue | None = None
    is_sandboxed: bool = True
    most_values: int = VALUES
    megabytes: int = MEGABYTES
    refused_aloud: frozenset[str] = frozenset()  # statements whose errors Datasette would send as an empty CSV
    link_bytes: int = 0  # of each link of an answer that repeats the query of its address
    is_inside: bool = False
    was_inside: bool = False
    seconds_left: float = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def enter(self, seconds: float) -> None:
        """Take a place, unless it has one; its statements may then take so many seconds together."""
        if self.queue and not self.is_inside:
            await self.queue.enter(self.client, was_inside=self.was_inside)
            self.is_inside = self.was_inside = True
            self.seconds_left = seconds

    def leave(self) -> None:
        """Give the place back, if there is one."""
        if self.queue and self.is_inside:
            self.is_inside = False
            self.queue.leave()


def brings_sql(names: Iterable[str], bound: frozenset[str]) -> bool:
    """Whether a request with parameters of these names may bring SQL of its own.

    >>> brings_sql(["_sort", "year__gt"], BOUND), brings_sql(["_where"], BOUND), brings_sql(["_unheard_of"], BOUND)
    (False, True, True)
    """
    special = [name for name in names if name == "sql" or (name.startswith("_") and "__" not in name)]
    return any(
        name not in bound and not NUMBERED.fullmatch(name) and not ("_search" in bound and name.startswith("_search_"))
        for name in special
    )


def sandboxed_visit(client: str, args: MultiParams, extension: str, queue: Queue) -> Visit:
    """A request that brings SQL, and how much it may have."""
    if not extension:
        return Visit(client, queue, True, VALUES_ON_A_PAGE, MEGABYTES_ON_A_PAGE)
    most = MEGABYTES_OF_JSON_COLUMNS if "_json" in args else MEGABYTES
    return Visit(client, queue, True, VALUES, most, frozenset(args.getlist("sql")))


def count_rows(args: MultiParams) -> int:
    """The number of rows that `_size` asks for: as many as there may be for `max`, 0 where it is not a number."""
    size = args.get("_size") or ""
    try:
        return 10**9 if size == "max" else int(size)
    except ValueError:
        return 0


def is_large(args: MultiParams, extension: str) -> bool:
    """Whether many rows are asked for: a CSV, a stream, or more rows than a page has."""
    return extension == "csv" or "_stream" in args or count_rows(args) > MOST_ROWS_ON_A_PAGE


def find_fault(args: MultiParams, extension: str) -> str | None:
    """Why a request is refused before Datasette sees it.

    What Datasette's own patterns need for a statement grows with the square of its comments and of the space behind
    them, in the thread that serves all pages; so does the time for parameters, and for a page with its rows.
    """
    if sum(len(args.getlist(name)) for name in args) > MOST_PARAMETERS:
        return f"An address may have at most {MOST_PARAMETERS} parameters. Remove some."
    for sql in args.getlist("sql"):
        if sql.count("/*") > MOST_COMMENTS or (COMMENT.search(sql) and LONG_GAP.search(sql)):
            most = MOST_COMMENTS
            return f"A statement may have at most {most} comments, with fewer than 100 spaces after each. Remove some."
    if not extension and count_rows(args) > MOST_ROWS_ON_A_PAGE:
        most = MOST_ROWS_ON_A_PAGE
        return f"A page shows {most:,} rows at most. Set _size to {most} or less, or download the CSV or JSON."
    return None


def read_extension(path: str, formats: Container[str]) -> str:
    """The format that a path asks for; empty for a page, which an unknown format gets too."""
    match = DATA.search(path)
    return match[1] if match and (match[1] == "csv" or match[1] in formats) else ""
