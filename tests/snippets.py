"""Runs a snippet that this project recommends, as a reader would paste it, and gives the arXiv ids that it read."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import httpx
import pandas as pd

EXAMPLE = "http://127.0.0.1:8001"  # where README.md, the notebooks and the dictionary say that the site is
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SQL_ADDRESS = re.compile(r"'(https?://(?:[^']|'')*)'")


def find_blocks(markdown: str, *languages: str) -> list[str]:
    """The code blocks of a markdown text in these languages.

    >>> find_blocks("Try:\\n```r\\nx <- 1\\n```\\n```sql\\nselect 1\\n```\\n", "sql")
    ['select 1\\n']
    """
    return [code for language, code in BLOCK.findall(markdown) if language in languages]


def run_snippet(code: str, address: str = EXAMPLE) -> list[Any]:
    """The column `arxiv_id` of what a snippet reads, in its order, None where missing; a wrongly read id is a float.

    `code` is Python with pandas or DuckDB, or SQL for DuckDB; `address` replaces the example's. Raises ValueError if
    not exactly one of the snippet's tables has the column.
    """
    code = code.replace(EXAMPLE, address)
    is_python = re.search(r"^(?:import|from) \w+", code, re.MULTILINE) is not None
    found = [table for table in (run_python(code) if is_python else run_sql(code)) if "arxiv_id" in table.columns]
    if len(found) != 1:
        raise ValueError(f"{len(found)} tables with arxiv_id, not one, in:\n{code}")
    return [None if pd.isna(value) else value for value in found[0]["arxiv_id"].tolist()]


def run_python(code: str) -> list[pd.DataFrame]:
    """The tables that Python code leaves in its variables."""
    names: dict[str, Any] = {}
    exec(compile(code, "snippet", "exec"), names)
    values = [one.df() if isinstance(one, duckdb.DuckDBPyRelation) else one for one in names.values()]
    return [one for one in values if isinstance(one, pd.DataFrame)]


def run_sql(code: str) -> list[pd.DataFrame]:
    """The table that SQL gives. Addresses in it are fetched first: for them DuckDB would download an extension."""
    with TemporaryDirectory() as folder:

        def fetch(match: re.Match[str]) -> str:
            address = match[1].replace("''", "'")
            copy = Path(folder, f"{match.start()}{Path(httpx.URL(address).path).suffix}")
            copy.write_bytes(httpx.get(address, timeout=30).raise_for_status().content)
            return f"'{copy}'"

        relation = duckdb.sql(SQL_ADDRESS.sub(fetch, code))
        assert relation is not None, "a statement without rows"
        return [relation.df()]
