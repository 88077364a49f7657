"""Which parameters each kind of page understands in each format.

One that a page doesn't know, or can't honour, is refused with its name and the nearest known one, and never ignored: a
misspelled filter would give all rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import quote_plus

from .internals import filter_operators
from .site import DATABASE

Pairs = list[tuple[str, str]]  # names and values of an address, in its order

FILTERS = {"_where", "_through", "_sort", "_sort_desc", "_sort_by_desc", "_fts_table", "_fts_pk", "_timelimit"}
FILTERS |= {"_filter_column", "_filter_op", "_filter_value"}
SEARCH = {"_search", "_searchmode"}
COLUMNS = {"_col", "_nocol", "_label", "_labels"}
FACETS = {"_facet", "_facet_array", "_facet_date", "_facet_size", "_nofacet", "_nocount", "_nosuggest"}
PAGING = {"_size", "_next"}
RESHAPING = {"_shape", "_nl", "_json", "_json_infinity"}
FILE = {"_dl", "_header", "_stream"}
CITED = {"_abstract", "_ttl"}
BLOB = {"_blob_column", "_blob_hash"}

TABLE = FILTERS | SEARCH | COLUMNS | FACETS | PAGING | {"_ttl"}
UNDERSTOOD: dict[str, dict[str, set[str]]] = {
    "table": {
        "page": TABLE | {"_view"},
        "json": TABLE | RESHAPING,
        "csv": FILTERS | SEARCH | COLUMNS | FILE | {"_size"},
        "sheet": FILTERS | SEARCH | COLUMNS | {"_size"},
        "citations": FILTERS | SEARCH | CITED,
        "blob": TABLE | FILE | BLOB,
    },
    "query": {
        "page": {"_hide_sql", "_show_sql", "_timelimit", "_ttl"},
        "json": RESHAPING | {"_timelimit", "_ttl"},
        "csv": FILE | {"_timelimit"},
        "sheet": {"_timelimit"},
        "citations": CITED | {"_timelimit"},
        "blob": FILE | BLOB | {"_hide_sql", "_show_sql", "_timelimit", "_ttl"},
    },
    "row": {
        "page": {"_ttl"},
        "json": RESHAPING | {"_extras", "_ttl"},
        "csv": FILE,
        "sheet": set(),
        "citations": CITED,
        "blob": FILE | BLOB | {"_ttl"},
    },
    "database": {
        "page": {"_ttl", "_show_hidden"},
        "json": {"_ttl"},
        "csv": set(),
        "sheet": set(),
        "citations": set(),
        "blob": set(),
    },
}
OF_LOOKS = {"_show", "_facet_by"}.union(*UNDERSTOOD["table"].values(), UNDERSTOOD["query"]["page"]) - FILTERS - SEARCH
OF_PAPERS = {"_list", "_topic", "_year", "_keyword", "_author"}  # on the table papers only
MORE: dict[tuple[str, str], set[str]] = {  # of one table or canned query, by name and format
    ("papers", "page"): OF_PAPERS | {"_facet_by"},
    ("papers", "json"): OF_PAPERS | {"_facet_by"},
    ("search", "page"): {"_show"},
}
FIXED: dict[str, set[str]] = {  # pages of other kinds, by pattern
    r"/|/-/timeline\.json": {"topic", "keyword", "from", "to"},
    r"/charts|/about|/problems|/robots\.txt|/sitemap\.xml|/-/allowed": set(),
    r"/new": {"year"},
    r"/map": {"topic", "keyword", "from", "to", "paper"},
    r"/-/suggest": {"q"},
    r"/-/(metadata|versions|settings)(\.json)?|/[^/.]+\.db|/data(/.+)?": set(),
    r"/-/plugins(\.json)?": {"all"},
    r"/\.jsono?": {"_sort"},
    r"/-/feed\.atom": {"topic", "author", "keyword", "q", "page"},
    r"/-/feed/[^/]+\.atom": {"page"},
}
REPEATABLE = {"_where", "_through", "_facet", "_facet_array", "_facet_date", "_facet_by", "_col", "_nocol", "_label"}
REPEATABLE |= {"_json", "_keyword", "_author"}
ON, EITHER = ("on", "1", "true"), ("on", "off", "1", "0", "true", "false")
VALUES: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("_stream", "_dl", "_nl", "_nofacet", "_nocount", "_nosuggest", "_show_hidden"), ON
) | {
    "_labels": EITHER,
    "_json_infinity": EITHER,
    "_header": ("on", "off"),
    "_searchmode": ("escaped", "raw"),
    "_shape": ("arrays", "objects", "array", "arrayfirst", "object"),
    "_facet_by": ("list", "topic", "year", "venue", "keyword", "author", "code", "added"),
}
OF_COLUMNS = {"_sort", "_sort_desc", "_col", "_nocol", "_facet", "_facet_array", "_facet_date"}
YEARS = {"year", "from", "to"}  # of pages of other kinds
NUMBERS = {"_ttl", "_timelimit", "_facet_size"}
BARE_SHAPES = ("array", "arrayfirst", "object")  # with no room for more than rows
NUMBERED_FILTER = re.compile(r"_filter_(column|op|value)_\d+")
TRACKING = re.compile(
    r"utm_\w+|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|twclid|ttclid|igshid|mc_[ce]id|_ga|_gl|"
    r"_hs(enc|mi)|mkt_tok|ref"
)
PAGE_ONLY = {"_view", "_show", "_hide_sql", "_show_sql", "_show_hidden"}
MOST_SHOWN = 60  # characters of a name or value in an error message


@dataclass(frozen=True)
class Page:
    """What an address names: a kind of UNDERSTOOD or FIXED, its format, and what the judgement depends on."""

    kind: str
    format: str
    name: str = ""  # of its table or canned query
    own: frozenset[str] = frozenset()  # parameters of this page alone: those that its SQL names
    columns: tuple[str, ...] = ()
    labelled: frozenset[str] = frozenset()  # columns whose labels are known
    is_searchable: bool = False
    has_key: bool = True  # which is always shown; a view has none

    def understands(self, extension: str | None = None) -> frozenset[str]:
        """Names that are honoured in this format, or another."""
        extension = extension or self.format
        if self.kind == "fixed":
            return self.own
        kind = extension if extension in UNDERSTOOD[self.kind] else "citations"
        more = MORE.get((self.name, kind), OF_PAPERS if (self.kind, self.name) == ("table", "papers") else set())
        return self.own | UNDERSTOOD[self.kind][kind] | more

    def is_filter(self, name: str) -> bool:
        """Whether a name would filter by a column: all but those that begin with _ and name no operator."""
        return self.kind == "table" and (not name.startswith("_") or "__" in name)


def find_fault(page: Page, pairs: Pairs) -> str | None:
    """Why a page can't honour these names and values; None where it can.

    >>> find_fault(Page("table", "csv", "papers", columns=("id", "year")), [("_yaer", "2022")])
    'This page has no parameter _yaer. Did you mean _year?'
    """
    names = dict(pairs)
    for name, value in pairs:
        fault = find_fault_of_name(page, name, names) or (find_fault_of_value(page, name, value) if value else None)
        if fault:
            return fault
    return find_conflict(page, pairs)


def find_fault_of_name(page: Page, name: str, names: dict[str, str]) -> str | None:
    """What is wrong with a parameter's name on this page."""
    if page.is_filter(name) and name not in page.own:
        return find_fault_of_filter(page, name)
    if page.kind == "table" and name.startswith("_search") and not (page.is_searchable or "_fts_table" in names):
        extension = "" if page.format == "page" else f".{page.format}"
        instead = f"papers{extension}?_search={quote_plus(shorten(names[name]))}"
        reason = f"{page.name} has no full-text index for {name}."
        return f"{reason} Search papers instead ({instead}), or at /{DATABASE}/search."
    if page.kind == "table" and (name.startswith("_search_") or NUMBERED_FILTER.fullmatch(name)):
        return None
    return None if name in page.understands() else explain(page, name)


def find_fault_of_filter(page: Page, name: str) -> str | None:
    """What is wrong with a filter: `column` or `column__operator`."""
    column, _, operator = name.rpartition("__") if "__" in name else (name, "", "exact")
    if column not in page.columns:
        return f"{page.name} has no column {shorten(column)}.{nearest(column, page.columns, page.understands())}"
    if operator not in (known := filter_operators()):
        return f"There is no filter {shorten(operator)}.{nearest(operator, known)}"
    return None


def find_fault_of_value(page: Page, name: str, value: str) -> str | None:
    """What is wrong with the value of a known parameter, where Datasette would ignore it."""
    allowed = VALUES.get(name)
    if name == "_view":
        allowed = ("table", "cards") if page.name == "papers" else ("table",)
    if name == "_label" and page.kind == "table":
        allowed = tuple(sorted(page.labelled))
    if name in OF_COLUMNS and page.columns and value not in page.columns and not value.startswith("{"):
        return f"{page.name} has no column {shorten(value)} for {name}.{nearest(value, page.columns)}"
    if allowed is not None and value not in allowed:
        return f"{name} can't be {shorten(value)!r}; it may be {', '.join(allowed) or 'left out'}."
    if page.kind == "fixed" and name in YEARS and not re.fullmatch("[0-9]{4}", value):
        return f"{name} can't be {shorten(value)!r}; it is a year of four digits."
    if name in NUMBERS and not re.fullmatch("[0-9]{1,9}", value) and (name, value) != ("_facet_size", "max"):
        return f"{name} can't be {shorten(value)!r}; it is a whole number{' or max' if name == '_facet_size' else ''}."
    return None


def find_conflict(page: Page, pairs: Pairs) -> str | None:
    """What can't be honoured together."""
    names = dict(pairs)
    for name in names:
        values = {value for other, value in pairs if other == name}
        if len(values) > 1 and name not in REPEATABLE and not page.is_filter(name):
            return f"{name} is given more than once, with different values; give it once."
    if "_search" in names and (other := [name for name in names if name.startswith("_search_")]):
        return f"{other[0]} has no effect beside _search; leave one out."
    if "_nl" in names and names.get("_shape") != "array":
        return "_nl has an effect only with _shape=array."
    if not page.has_key and (fault := find_fault_of_hiding(page, pairs)):
        return fault
    facets = [name for name in names if name.startswith("_facet")]
    if facets and page.format == "json" and names.get("_shape") in BARE_SHAPES:
        return f"{facets[0]} has no effect with _shape={names['_shape']}, which holds rows only; leave it out."
    return None


def find_fault_of_hiding(page: Page, pairs: Pairs) -> str | None:
    """What can't be hidden where there is no key: all columns, and of a table the one that it is sorted by.

    Datasette finds the next page of a table by that column's value in the last row, and that row by its key.
    """
    chosen, hidden = ({value for name, value in pairs if name == one} for one in ("_col", "_nocol"))
    shown = (chosen or set(page.columns)) - hidden - {"rowid"}
    if not shown:
        return "All columns are hidden; leave a _nocol out."
    sort = dict(pairs).get("_sort") or dict(pairs).get("_sort_desc")
    if "rowid" not in page.columns or not sort or sort in shown | {"rowid"}:
        return None
    return f"{page.name} has no primary key, so {shorten(sort)} can't be hidden while the rows are sorted by it."


def carried(pairs: Pairs, extension: str) -> Pairs:
    """What of a page's query its download in a format takes along: not what shows, pages, facets or reshapes it.

    >>> carried([("_topic", "pruning"), ("_view", "table"), ("_next", "25"), ("_col", "title")], "csv")
    [('_topic', 'pruning'), ('_col', 'title')]
    """
    dropped = OF_LOOKS - COLUMNS if extension in ("csv", "json", "sheet") else OF_LOOKS
    return [pair for pair in pairs if pair[0] not in dropped]


def for_json(query: str) -> str:
    """A page's query without what its JSON does not understand; the rest as it was written."""
    return "&".join(piece for piece in query.split("&") if piece.partition("=")[0] not in PAGE_ONLY)


def explain(page: Page, name: str) -> str:
    """Why a name is refused, and what would help."""
    forms = UNDERSTOOD.get(page.kind, ())
    if others := [form for form in forms if name in page.understands(form)]:
        works = " and ".join(place(form) for form in others if form != "blob" or len(others) == 1)
        return f"{name} has no effect {place(page.format)}; leave it out. It works {works}."
    if name in OF_PAPERS:
        return f"{name} works on papers only, not on {page.name or 'this page'}; leave it out."
    known = page.understands()
    if not known and not page.columns:
        return f"This page has no parameters; leave {shorten(name)} out."
    hint = nearest(name, known, page.columns) or (page.own and f" Its own are {', '.join(sorted(page.own))}.")
    return f"This page has no parameter {shorten(name)}.{hint or ''}"


def place(extension: str) -> str:
    """Where a parameter works, as a phrase."""
    return {"page": "on the page", "citations": "in citations"}.get(extension, f"in .{extension}")


def nearest(name: str, *known: Iterable[str]) -> str:
    """A question after the most similar of the known names, or nothing where none is similar."""
    found = get_close_matches(name[:MOST_SHOWN], sorted(set().union(*known)), 1)
    return f" Did you mean {found[0]}?" if found else ""


def shorten(text: str) -> str:
    """A name or value as an error message shows it."""
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
