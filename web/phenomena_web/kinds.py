"""What kind of page an address names, and what its parameters can refer to: tables, columns, names in SQL."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote_plus

from datasette.database import Database
from datasette.utils import tilde_decode

from .internals import canned_queries, output_formats, table_metadata
from .parameters import FIXED, TRACKING, Page, Pairs, find_fault, nearest, shorten

if TYPE_CHECKING:
    from datasette.app import Datasette

PATH = re.compile(r"/(?P<database>[^/.]+)(/(?P<table>[^/]+?)(/(?P<key>[^/]+?))?)?(\.(?P<format>\w+))?")
NAMED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?(?:\*/|$)|[:@$](\w+)""", re.DOTALL)
THROUGH = '_through is a JSON object such as {"table": "paper_authors", "column": "author", "value": "jane-doe"}'
Table = dict[str, Any]  # the fields of a Page that a table has


def names_in(sql: str) -> frozenset[str]:
    """The parameters that a statement names.

    >>> sorted(names_in("select ':no', :a, @b -- :no"))
    ['a', 'b']
    """
    return frozenset(match[1] for match in NAMED.finditer(sql) if match[1])


def read_through(value: str) -> tuple[str, str]:
    """Table and column of a `_through`. Raises ValueError where it is anything else."""
    through = json.loads(value)
    if not isinstance(through, dict) or not {"table", "column", "value"} <= set(through):
        raise ValueError
    table, column = through["table"], through["column"]
    if not (isinstance(table, str) and isinstance(column, str)) or isinstance(through["value"], (dict, list)):
        raise ValueError
    return table, column


class Kinds:
    """The pages of a server. What is read of files that can't change is kept."""

    def __init__(self, datasette: Datasette) -> None:
        self.datasette = datasette
        self.tables: dict[tuple[Database, str], Table] = {}
        self.queries: dict[Database, dict[str, frozenset[str]]] = {}

    async def judge(self, path: str, query: str) -> tuple[str, tuple[int, str] | None]:
        """The query without tracking parameters, and status and message of a refusal (None where there is none)."""
        pairs = parse_qsl(query, keep_blank_values=True)
        page, db = await self.find_page(path, dict(pairs).get("sql", ""))
        if page is None:
            return query, None
        if page.format not in ("page", "csv", "json", "jsono", *output_formats(self.datasette)):
            return query, (404, f"There is no format .{page.format[:20]}. {self.endings()}")
        tracking = {
            name for name, _ in pairs
            if TRACKING.fullmatch(name) and name not in page.own and name not in page.columns
        }  # fmt: skip
        pairs = [pair for pair in pairs if pair[0] not in tracking]
        fault = find_fault(page, pairs)
        if not fault and page.kind == "table":
            fault = await self.find_fault_of_throughs(db, page, pairs)
        kept = [piece for piece in query.split("&") if unquote_plus(piece.partition("=")[0]) not in tracking]
        return "&".join(kept) if tracking else query, (400, fault) if fault else None

    def endings(self) -> str:
        """The known endings, as a sentence."""
        known = dict.fromkeys(["csv", *output_formats(self.datasette)])
        return f"The known endings are {', '.join(f'.{name}' for name in known if name != 'blob')}."

    async def find_page(self, path: str, sql: str) -> tuple[Page | None, Database | None]:
        """The page that an address names, and its database; twice None where it names none of this site's."""
        for pattern, names in FIXED.items():
            if re.fullmatch(pattern, path):
                return Page("fixed", "page", own=frozenset(names)), None
        match = PATH.fullmatch(path)
        try:
            db = self.datasette.get_database(route=tilde_decode(match["database"])) if match else None
        except KeyError:
            db = None
        if db is None or match is None:
            return None, None
        extension = {"jsono": "json"}.get(match["format"], match["format"]) or "page"
        if not match["table"]:
            kind = "query" if sql.strip() else "database"
            return Page(kind, extension, own=names_in(sql) | {"sql"}), db
        return await self.find_table(db, tilde_decode(match["table"]), bool(match["key"]), extension), db

    async def find_table(self, db: Database, name: str, is_row: bool, extension: str) -> Page | None:
        """The page of a table, view, row or canned query; None where there is none of that name."""
        if not is_row and name in (queries := await self.find_queries(db)):
            return Page("query", extension, name, own=queries[name])
        table = self.tables.get((db, name)) or await self.read_table(db, name)
        if table is None:
            return None
        if not db.is_mutable:
            self.tables[db, name] = table
        return Page("row", extension, name) if is_row else Page("table", extension, name, **table)

    async def find_queries(self, db: Database) -> dict[str, frozenset[str]]:
        """Name to parameters of a database's canned queries."""
        if db not in self.queries:
            found = await canned_queries(self.datasette, db.name)
            self.queries[db] = {
                name: frozenset(query.get("params") or ()) | names_in(query["sql"]) for name, query in found.items()
            }
        return self.queries[db]

    async def read_table(self, db: Database, name: str) -> Table | None:
        """What a page of a table or view can refer to, None where there is none."""
        is_view = name in await db.view_names()
        if not is_view and not await db.table_exists(name):
            return None
        metadata = table_metadata(self.datasette, db.name, name)
        return {
            "columns": (*await db.table_columns(name), *(() if is_view else ("rowid",))),
            "labelled": frozenset(key["column"] for key in await db.foreign_keys_for_table(name)),
            "is_searchable": bool(metadata.get("fts_table") or await db.fts_table(name)),
            "has_key": not is_view and bool(await db.primary_keys(name)),
        }

    async def find_fault_of_throughs(self, db: Database, page: Page, pairs: Pairs) -> str | None:
        """What is wrong with a `_through`: it names a table that refers to this one, and one of its columns."""
        for value in (value for name, value in pairs if name == "_through"):
            try:
                table, column = read_through(value)
            except (ValueError, RecursionError):
                return f"{THROUGH}."
            known = await self.read_table(db, table)
            keys = await db.foreign_keys_for_table(table) if known else ()
            if not known or not any(key["other_table"] == page.name for key in keys):
                return f"{THROUGH}; no table {shorten(table)} refers to {page.name}."
            if column not in known["columns"]:
                return f"{table} has no column {shorten(column)}.{nearest(column, known['columns'])}"
        return None
