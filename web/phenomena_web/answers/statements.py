"""Which SQL of visitors gives the same whenever it is run on one build."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from datasette_sandbox.sandbox import sandbox_of
from datasette_sandbox.visitors import brings_sql

if TYPE_CHECKING:
    from datasette.app import Datasette

# Names that aren't functions alone count only before a bracket, with whatever SQLite allows between the two. Dates of
# fixed times would last; that isn't looked into, for a mistake here costs a second run of the statement and no more.
CHANGING = re.compile(
    r"random|current_|julianday|unixepoch|strftime|timediff|datetime|pragma|data_version|last_insert_rowid|"
    r"\b(?:date|time|(?:total_)?changes)\b[^\w,)]*?(?:\(|--|/\*)|[:@$]_",
    re.IGNORECASE,
)


def may_change(sql: str) -> bool:
    """Whether a statement may give something else the next time. Takes time in proportion to its length.

    >>> may_change("select date('now')"), may_change("select random()"), may_change("select date from changes")
    (True, True, False)
    """
    return CHANGING.search(sql) is not None


def lasts(datasette: Datasette, query: str) -> bool:
    """Whether the answer of an address with this query depends on the build alone, its SQL included."""
    names = [unquote_plus(piece.partition("=")[0]) for piece in query.split("&") if piece]
    return not (brings_sql(names, sandbox_of(datasette).bound) and may_change(unquote_plus(query)))
