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

import json
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request
from phenomena_web import errors
from phenomena_web.own_requests import read_pages

Papers = dict[str, str | None]  # paper to abstract, None where the rows have none
Row = Any  # of sqlite3 or a dict: values by the names of columns
MAX_PAPERS = 20_000
FORMATS = {
    "bib": ("bibtex", "application/x-bibtex"),
    "ris": ("ris", "application/x-research-info-systems"),
    "csl": ("csl", "application/vnd.citationstyles.csl+json"),
}
PAGE_ARGUMENTS = {"_next", "_size", "_labels", "_label", "_shape", "_col", "_nocol", "_json", "_trace", "_extra"}
PAGE_ARGUMENTS |= {"_ttl", "_abstract"}
DIGEST_LABEL = "[Digest of the list, not the paper's abstract]"
END_OF_RECORD = "ER  - "
OWN_PAPERS = {  # of the row pages that list papers
    "topics": "select paper from listings where topic = :key",
    "authors": "select paper from paper_authors where author = :key",
    "keywords": "select paper from paper_keywords where keyword = :key",
    "venues": "select id as paper from papers where venue = :key",
}
IN_ORDER_OF_PAGE = "select id from papers where id in ({}) order by year desc, submitted desc, rowid"


class NoCitationsError(Exception):
    """Why a page can't be given as citations, as a message for its visitor."""


def join_citations(extension: str, texts: list[str]) -> str:
    """One file of many citations; without any, an empty one that its readers accept."""
    if extension == "csl" and texts:
        return "[\n" + ",\n".join(text.rstrip("\n") for text in texts) + "\n]\n"
    return "\n".join(texts) or ("[]\n" if extension == "csl" else "")


def add_abstract(extension: str, record: str, abstract: str | None) -> str:
    """A record of any format with its abstract, if there is one, as the last field; for BibTeX in LaTeX."""
    if not abstract:
        return record
    abstract = " ".join(abstract.split())
    if extension == "csl":
        return json.dumps({**json.loads(record), "abstract": abstract}, ensure_ascii=False) + "\n"
    if extension == "bib":
        return record.removesuffix("\n}\n") + ",\n\tabstract = {" + abstract + "}\n}\n"
    return record.replace("\n" + END_OF_RECORD, f"\nAB  - {abstract}\n{END_OF_RECORD}")


def whole_query(query_string: str, columns: Iterable[str]) -> list[tuple[str, str]]:
    """The arguments of a table page without those that cut, widen or reshape it; only some columns."""
    kept = [
        (name, value)
        for name, value in parse_qsl(query_string, keep_blank_values=True)
        if name not in PAGE_ARGUMENTS and not name.startswith("_facet")
    ]
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
            raise NoCitationsError(f"Over {MAX_PAPERS} rows; narrow the page with a filter.")
    return rows


async def find_column(db: Database, table: str | None, columns: Iterable[str], rows: Iterable[Row]) -> str | None:
    """The column that names papers, or None. A query's result has no table; its `id` must hold papers' keys only."""
    if "paper" in columns:
        return "paper"
    if "id" not in columns or table not in (None, "papers"):
        return None
    keys = {row["id"] for row in rows}
    return "id" if table or len(await read_citations(db, "paper", keys)) == len(keys) else None


async def read_citations(db: Database, column: str, keys: Iterable[Any]) -> dict[str, str]:
    """Paper to citation, for those keys that are papers'."""
    sql = f"select paper, {column} from citations where paper in (select value from json_each(:keys))"
    found = await db.execute(sql, {"keys": json.dumps(list(keys), default=str)})
    return dict(tuple(row) for row in found.rows)


async def read_digests(db: Database, extension: str, keys: Iterable[str]) -> dict[str, str]:
    """Paper to labelled digest, for those papers that have one."""
    column = "citations.digest_latex" if extension == "bib" else "papers.digest"
    sql = f"""select papers.id, {column} from papers join citations on citations.paper = papers.id
        where papers.id in (select value from json_each(:keys)) and papers.digest is not null"""
    found = await db.execute(sql, {"keys": json.dumps(list(keys))})
    return {key: f"{DIGEST_LABEL} {digest}" for key, digest in found.rows}


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
            f"The result is cut at {len(rows)} rows; narrow the query, or page it with limit and offset."
        )
    papers: Papers = {}
    for row in rows:
        if row[named] is not None:
            papers.setdefault(row[named], row["abstract"] if "abstract" in columns else None)
    return papers


async def make_file(page: Page, extension: str) -> str:
    """The text of the download. Raises NoCitationsError."""
    asked = page.request.args.get("_abstract")
    if asked not in (None, "digest"):
        raise NoCitationsError("`_abstract` can only be `digest`: the papers' own abstracts are not in the database.")
    papers = await find_papers(page)
    if len(papers) > MAX_PAPERS:
        raise NoCitationsError(f"Over {MAX_PAPERS} papers; narrow the page with a filter.")
    db = page.datasette.get_database(page.database)
    texts = await read_citations(db, FORMATS[extension][0], papers)
    if unknown := [key for key in papers if key not in texts]:
        raise NoCitationsError(f"Not every row names a paper: {unknown[0]!r} is the key of none.")
    abstracts = papers if extension == "ris" else {}
    if asked or (extension == "ris" and page.data.get("table") == "screening"):
        abstracts = {**await read_digests(db, extension, papers)}
    return join_citations(extension, [add_abstract(extension, texts[key], abstracts.get(key)) for key in papers])


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
    ) -> dict[str, Any]:
        page = Page(datasette, request, database, data, rows, columns, view_name)
        try:
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
