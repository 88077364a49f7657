"""What stands below every table and query: ready lines that fetch exactly the rows in view."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from phenomena_web import parameters

ROWS = {"json": "JSON", "csv": "CSV", "sheet": "CSV for spreadsheets"}  # JSON first: datasette-vega takes the first
CITATIONS = {"bib": "BibTeX", "ris": "RIS", "csl": "CSL-JSON"}
WHOLE = {"csv": {"_stream": "on"}, "json": {"_shape": "array"}}
Choices = list[tuple[str, str]]  # name and path of each download
WITH_JSON = ("index", "database", "table", "row", "json_data")


@lru_cache(maxsize=16)
def read_pairs(query: str) -> list[tuple[str, str]]:
    """The parameters of an address, of which a page makes a dozen others."""
    return parse_qsl(query, keep_blank_values=True)


def download_path(request: Request, extension: str, labels: bool = False, **more: str) -> str:
    """The path of the rows in view, those of all pages, in a format: without parameters that only concern the page."""
    pairs = parameters.carried(read_pairs(request.query_string), extension)
    added = WHOLE.get(extension, {}) if extension != "csv" or request.path.count("/") > 1 else {}
    if labels and extension in ROWS and "_labels" not in dict(pairs):
        added = {**added, "_labels": "on"}
    query = urlencode([*pairs, *added.items(), *more.items()])
    return f"{request.path.rstrip('/')}.{extension}" + (f"?{query}" if query else "")


def addresses(datasette: Datasette, request: Request) -> dict[str, str]:
    """Absolute addresses of the rows in view, by format: each holds all of them, or answers with the reason."""
    site = datasette.absolute_url(request, "/").removesuffix("/")
    return {extension: site + download_path(request, extension) for extension in (*ROWS, *CITATIONS)}


def downloads(request: Request, formats: Iterable[str], labels: bool = False) -> tuple[Choices, Choices]:
    """Name and path of each download that a page offers, of the rows and of the papers that they name."""
    rows, papers = (
        [(name, download_path(request, extension, labels)) for extension, name in group.items() if extension in formats]
        for group in (ROWS, CITATIONS)
    )
    if "ris" in formats:
        papers.append(("RIS for screening", download_path(request, "ris", _abstract="digest")))
    return rows, papers


def json_address(datasette: Datasette, request: Request) -> str:
    """The address of a page's JSON, as its head and its Link header say it."""
    query = parameters.for_json(request.query_string) if not request.path.endswith("/") else ""  # the front page
    address: str = datasette.absolute_url(request, f"{request.path}.json" + (f"?{query}" if query else ""))
    return address


def reads_as_other(value: object) -> bool:
    """Whether a program that guesses types would read a text as a number or a truth value.

    >>> reads_as_other("2405.14860"), reads_as_other("true"), reads_as_other("arxiv-2405-14860"), reads_as_other(2024)
    (True, True, False, False)
    """
    if not isinstance(value, str):
        return False
    if value[:1].isalpha() and value[0] not in "iInN":  # an attempt at a number takes longer: inf and nan are some
        return value.strip().casefold() in ("t", "f", "true", "false")
    try:
        float(value)
    except ValueError:
        return value.strip().casefold() in ("t", "f", "true", "false")
    return True


def text_columns(columns: list[str], rows: Iterable[Any]) -> list[str]:
    """The columns that a program has to read as text on request: those with such a value in view, and arXiv ids always.

    A column whose page shows any other text needs none: programs guess a type for all values of a column together.
    """
    found = {"arxiv_id"} & set(columns)
    for row in rows:
        values = (value["value"] if isinstance(value, dict) else value for value in row)  # a foreign key has a label
        found |= {column for column, value in zip(columns, values, strict=True) if reads_as_other(value)}
    return [column for column in dict.fromkeys(columns) if column in found]


def as_text_arguments(columns: list[str]) -> tuple[str, str, str]:
    """What makes pandas, R and DuckDB read these columns as text; nothing where there are none."""
    if not columns:
        return "", "", ""
    names = [json.dumps(column, ensure_ascii=False) for column in columns]
    plain = [re.fullmatch(r"[A-Za-z]\w*", column, re.ASCII) for column in columns]
    pandas = ", dtype={" + ", ".join(f"{name}: str" for name in names) + "}"
    in_r = (column if is_plain else name for column, name, is_plain in zip(columns, names, plain, strict=True))
    r = ", colClasses = c(" + ", ".join(f'{name} = "character"' for name in in_r) + ")"
    r += "" if all(plain) else ", check.names = FALSE"  # R would change the other names, and then not find them
    quoted = (column.replace("'", "''") for column in columns)
    return pandas, r, ", types={" + ", ".join(f"'{column}': 'VARCHAR'" for column in quoted) + "}"


def snippets(address: dict[str, str], columns: list[str], rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Name and text of the ready lines, for the addresses of some rows; every identifier arrives as it is."""
    csv = address["csv"]
    pandas, r, duckdb = as_text_arguments(text_columns(columns, rows))
    return [
        ("curl", f'curl -o rows.csv "{csv}"'),
        ("pandas", f'import pandas as pd\nrows = pd.read_csv("{csv}"{pandas})'),
        ("R", f'rows <- read.csv("{csv}", encoding = "UTF-8"{r})'),
        ("DuckDB", f"SELECT * FROM read_csv_auto('{csv.replace(chr(39), chr(39) * 2)}'{duckdb});"),
        ("JavaScript", f'const rows = await (await fetch("{address["json"]}")).json();'),
        ("Citations", f'curl -o papers.bib "{address["bib"]}"'),
    ]


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None, view_name: str) -> dict[str, Any]:
    if request is None:
        return {}
    alternate = {"alternate_url_json": json_address(datasette, request)} if view_name in WITH_JSON else {}
    take = SimpleNamespace(
        addresses=lambda: addresses(datasette, request),
        downloads=lambda formats, labels=False, address="": downloads(
            Request.fake(address) if address else request, formats, labels
        ),
        snippets=snippets,
    )
    return {**alternate, "take": take}
