"""Citations: `.bib`, `.ris` and `.csl` behind every page whose rows name papers.

A visitor who has filtered, searched or sorted a table, opened a row or asked a query gets the citations of exactly
those papers, all pages of them, each paper once, in the order of the rows. A row names a paper in the column `paper`;
in the table `papers`, and in the result of a query, `id` will do. The page of a topic, author, keyword or venue gives
its papers, in the order of that page. A page without papers gives a 400 that says so.

With `_abstract=digest` each record has the paper's digest in the field where screening tools look for an abstract,
labelled as what it is; so have the RIS records of the view `screening`. Where other rows have an `abstract`, as a query
may give it, their RIS records hold that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from datasette.utils.asgi import Request
from phenomena_web import errors
from phenomena_web.citation_files import (
    FORMATS,
    add_abstract,
    find_unknown,
    join_citations,
    read_citations,
    read_digests,
    write_citations,
)
from phenomena_web.own_requests import read_pages
from phenomena_web.whole_tables import TOO_LONG, StreamedResponse, find_whole_table

Papers = dict[str, str | None]  # paper to abstract, None where the rows have none
Row = Any  # of sqlite3 or a dict: values by the names of columns
MAX_PAPERS = 20_000  # of a view or query, whose file is made whole before it leaves
MOST_KEYS = 5_000  # read at once
PAGE_ARGUMENTS = {"_next", "_size", "_labels", "_label", "_shape", "_col", "_nocol", "_json", "_trace", "_extra"}
PAGE_ARGUMENTS |= {"_ttl", "_abstract"}
OWN_PAPERS = {  # of the row pages that list papers
    "topics": "select paper from listings where topic = :key",
    "authors": "select paper from paper_authors where author = :key",
    "keywords": "select paper from paper_keywords where keyword = :key",
    "venues": "select id as paper from papers where venue = :key",
    "lists": "select paper from listings where list = :key",
}
NO_PAPER = "Not every row names a paper: {!r} is not a paper's key. Select papers' keys as `paper`."
IN_ORDER_OF_PAGE = "select id from papers where id in ({}) order by year desc, submitted desc, rowid"


class NoCitationsError(Exception):
    """Why a page can't be given as citations, as a message for its visitor."""


def kept_arguments(query_string: str) -> list[tuple[str, str]]:
    """The arguments of a table page without those that cut, widen or reshape it."""
    return [
        (name, value)
        for name, value in parse_qsl(query_string, keep_blank_values=True)
        if name not in PAGE_ARGUMENTS and not name.startswith("_facet")
    ]


def whole_query(query_string: str, columns: Iterable[str]) -> list[tuple[str, str]]:
    """The arguments of a table page with all its rows and only some columns."""
    kept = kept_arguments(query_string)
    added = {"_shape": "objects", "_nofacet": "1", "_nocount": "1", "_nosuggest": "1"}
    return [*kept, *added.items(), *(("_col", column) for column in columns)]


async def read_table(page: Page, columns: Iterable[str]) -> list[Row]:
    """The rows of all pages of a table or view, as the visitor filtered and sorted it. Raises NoCitationsError."""
    arguments = whole_query(page.request.query_string, columns)
    rows: list[Row] = []
    async for answer in read_pages(page.datasette, page.request, page.database, page.data["table"], arguments):
        if answer.status_code != 200:
            raise NoCitationsError(f"The rows can't be read: {answer.json().get('error') or answer.status_code}.")
        rows.extend(answer.json()["rows"])
        if len(rows) > MAX_PAPERS and "next" in answer.links:
            raise NoCitationsError(f"More than {MAX_PAPERS:,} rows. Filter the page.")
    return rows


async def find_column(db: Database, table: str | None, columns: Iterable[str], rows: Iterable[Row]) -> str | None:
    """The column that names papers, or None. A query's result has no table; its `id` must hold papers' keys only."""
    if "paper" in columns:
        return "paper"
    if "id" not in columns or table not in (None, "papers"):
        return None
    keys = {row["id"] for row in rows}
    return "id" if table or len(await read_citations(db, "paper", keys)) == len(keys) else None


async def has_citations(datasette: Datasette, database: str) -> bool:
    """Whether a database holds citations at all."""
    return bool(await datasette.get_database(database).table_exists("citations"))


class Page(NamedTuple):
    """The page whose rows are wanted, as Datasette gives it to a renderer."""

    datasette: Datasette
    request: Request
    database: str
    data: dict[str, Any]
    rows: list[Row]
    columns: list[str]
    view_name: str

    @property
    def is_table(self) -> bool:
        """Whether the rows are one page of a table or view: the results of queries and single rows come whole."""
        return self.view_name == "table" and bool(self.data.get("table"))

    @property
    def lists_papers(self) -> bool:
        """Whether it is the page of one topic, author, keyword or venue."""
        return self.view_name == "row" and self.data.get("table") in OWN_PAPERS


async def read_own_papers(page: Page) -> Papers:
    """The papers of a topic, author, keyword or venue, in the order of its page."""
    sql = IN_ORDER_OF_PAGE.format(OWN_PAPERS[page.data["table"]])
    found = await page.datasette.get_database(page.database).execute(sql, {"key": page.rows[0]["id"]})
    return {row["id"]: None for row in found.rows}


async def find_papers(page: Page) -> Papers:
    """Paper to abstract (None where the rows have none), in the order of the rows. Raises NoCitationsError."""
    table, columns, rows = page.data.get("table"), page.columns, page.rows
    if not await has_citations(page.datasette, page.database):
        raise NoCitationsError("This database has no table of citations.")
    if page.lists_papers:
        return await read_own_papers(page)
    named = await find_column(page.datasette.get_database(page.database), table, columns, rows)
    if named is None:
        also = "" if table else " (nor an `id` that holds keys of papers only)"
        listed = ", ".join(columns) or "none"
        raise NoCitationsError(
            f"These rows name no papers: there is no column `paper`{also}. Their columns are: {listed}."
        )
    if page.is_table:
        rows = await read_table(page, [name for name in (named, "abstract") if name in columns])
    elif page.data.get("truncated"):
        raise NoCitationsError(
            f"The result is cut at {len(rows)} rows. Filter the query, or page it with limit and offset."
        )
    papers: Papers = {}
    for row in rows:
        if row[named] is not None:
            papers.setdefault(row[named], row["abstract"] if "abstract" in columns else None)
    return papers


def check_abstract(page: Page) -> None:
    """Raise NoCitationsError for abstracts that there are none of."""
    if page.request.args.get("_abstract") not in (None, "digest"):
        raise NoCitationsError("`_abstract` can only be `digest`: the papers' own abstracts are not in the database.")


async def make_file(page: Page, extension: str) -> str:
    """The text of the download. Raises NoCitationsError."""
    asked = page.request.args.get("_abstract")
    papers = await find_papers(page)
    if len(papers) > MAX_PAPERS:
        raise NoCitationsError(f"More than {MAX_PAPERS:,} papers. Filter the page.")
    db = page.datasette.get_database(page.database)
    texts = await read_citations(db, FORMATS[extension][0], papers)
    if unknown := [key for key in papers if key not in texts]:
        raise NoCitationsError(NO_PAPER.format(unknown[0]))
    abstracts = papers if extension == "ris" else {}
    if asked or (extension == "ris" and page.data.get("table") == "screening"):
        abstracts = {**await read_digests(db, extension, papers)}
    return join_citations(extension, [add_abstract(extension, texts[key], abstracts.get(key)) for key in papers])


async def find_streamed(page: Page) -> list[str] | None:
    """The papers of all rows of a table, each once, in the order of the rows; None for any other page.

    Raises NoCitationsError.
    """
    table = str(page.data.get("table"))
    named = "paper" if "paper" in page.columns else "id" if table == "papers" else None
    if not page.is_table or not named or not await has_citations(page.datasette, page.database):
        return None
    arguments = kept_arguments(page.request.query_string)
    whole = await find_whole_table(page.datasette, page.request, page.database, table, arguments)
    if not whole:
        return None
    papers: dict[str, None] = {}
    try:
        numbers = await whole.read_numbers()
    except QueryInterrupted:
        raise NoCitationsError(TOO_LONG) from None
    async for rows in whole.read_pieces(numbers, [named], MOST_KEYS):
        keys = dict.fromkeys(row[0] for row in rows if row[0] is not None)
        if unknown := await find_unknown(whole.db, keys):
            raise NoCitationsError(NO_PAPER.format(unknown))
        papers |= keys
    return list(papers)


def make_renderer(extension: str) -> dict[str, Any]:
    """Datasette's `render` and `can_render` for one format."""

    async def render(
        datasette: Datasette,
        request: Request,
        database: str,
        data: dict[str, Any],
        rows: list[Row],
        columns: list[str],
        view_name: str,
    ) -> dict[str, Any] | StreamedResponse:
        page = Page(datasette, request, database, data, rows, columns, view_name)
        try:
            check_abstract(page)
            streamed = await find_streamed(page)
            if streamed is not None:
                db = datasette.get_database(database)
                texts = write_citations(db, extension, streamed, bool(request.args.get("_abstract")))
                return StreamedResponse(texts, f"{FORMATS[extension][1]}; charset=utf-8")
            body = await make_file(page, extension)
        except NoCitationsError as reason:
            return errors.render(extension, 400, str(reason))
        return {"body": body, "content_type": f"{FORMATS[extension][1]}; charset=utf-8", "status_code": 200}

    async def can_render(
        datasette: Datasette,
        database: str | None,
        table: str | None,
        rows: list[Row],
        columns: list[str],
        view_name: str,
    ) -> bool:
        if not database or not {"paper", "id"} & set(columns) or not await has_citations(datasette, database):
            return False
        if view_name == "row" and table in OWN_PAPERS:
            return True
        return await find_column(datasette.get_database(database), table, columns, rows) is not None

    return {"extension": extension, "render": render, "can_render": can_render}


@hookimpl
def register_output_renderer() -> list[dict[str, Any]]:
    return [make_renderer(extension) for extension in FORMATS]
