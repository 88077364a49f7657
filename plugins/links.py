"""Where links of the site lead, in one place: pages by key, charts' bars and cells to the rows that they count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from urllib.parse import quote_plus, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import Request
from phenomena_web.site import DATABASE, PLAIN, row_path

Address = Callable[..., str]


def row(table: str, key: object) -> str:
    """A row's own page."""
    return row_path(table, str(key))


def rows(table: str, **params: object) -> str:
    """The rows of a table or view under some filters; those that are None are left out."""
    kept = {key: value for key, value in params.items() if value is not None}
    return f"/{DATABASE}/{table}" + (f"?{encode(kept)}" if kept else "")


def encode(params: Mapping[str, object]) -> str:
    """Parameters as an address has them: as urlencode, which takes long where a page has hundreds of plain ones."""
    texts = {key: str(value) for key, value in params.items()}
    return "&".join(f"{key}={text if PLAIN.fullmatch(text) else quote_plus(text)}" for key, text in texts.items())


def papers(**params: object) -> str:
    """Papers under some filters: `_list`, `_topic`, `_year`, `_keyword`, `_author` by key, or columns."""
    return rows("papers", **params)


def topic_column(key: str | None) -> dict[str, str]:
    """The filter of papers by their first topic, or by none."""
    return {"topic": key} if key else {"topic__isnull": "1"}


def query(name: str, fragment: str = "", **params: object) -> str:
    """A canned query's page, with the settings of its chart."""
    return f"/{DATABASE}/{name}" + (f"?{urlencode(params)}" if params else "") + (f"#{fragment}" if fragment else "")


LINKS: dict[str, Address] = {
    "paper": lambda key: row("papers", key),
    "topic": lambda key: row("topics", key),
    "author": lambda key: row("authors", key),
    "keyword": lambda key: row("keywords", key),
    "venue": lambda key: row("venues", key),
    "list": lambda key: row("lists", key),
    "papers": papers,
    "query": query,
    # from a row of a chart to the rows it counts
    "cell": lambda one: papers(_topic=one["topic_id"], _year=one["year"]),
    "topic_papers": lambda one: papers(_topic=one["topic_id"]),
    "keyword_papers": lambda one: papers(_keyword=one.get("keyword_id") or one["id"]),
    "author_papers": lambda one: papers(_author=one.get("author_id") or one["id"]),
    "coauthor_papers": lambda one: papers(_author=one["coauthor_id"]),
    "venue_papers": lambda one: papers(venue=one.get("venue_id") or one["id"]),
    "keyword_cell": lambda one: papers(_keyword=one["keyword_id"], year=one["year"]),
    "venue_cell": lambda one: papers(venue=one["venue_id"], venue_year=one["year"]),
    "additions": lambda one: papers(**topic_column(one["topic_id"]), added__startswith=one["month"]),
    "added_papers": lambda start: papers(added__startswith=start),
    "additions_cell": lambda one: rows("listings", topic=one["topic_id"], added__startswith=one["added_year"]),
    "entries_so_far": lambda one: rows("listings", topic=one["topic_id"], added__lte=f"{one['added_year']}-12-31"),
    "listing_lag": lambda one: rows("listing_lag", lag=one["lag"]),
    "changes": lambda **params: rows("changes", **params),
    "new_in": lambda year: f"/new?year={year}",
    "lag": lambda one: f"/{DATABASE}/publication_lag?lag_years={one['lag_years']}",
    "problem_rows": lambda one: f"/problems#{one['code']}",
    # from a neighbour to its own page
    "keyword_page": lambda one: row("keywords", one.get("keyword_id") or one["id"]),
    "topic_page": lambda one: row("topics", one.get("topic_id") or one["id"]),
    "coauthor_page": lambda one: row("authors", one["coauthor_id"]),
    "author_page": lambda one: row("authors", one.get("author_id") or one["id"]),
    "venue_page": lambda one: row("venues", one["id"]),
    "papers_of": lambda parameter, key: papers(**{parameter: key}),
    "year_papers": lambda one: papers(year=one["year"]),
    "year_with_code": lambda one: papers(year=one["year"], code_url__notnull=1),
}


def year_papers(parameter: str, key: object, column: str = "year") -> Address:
    """From a row of a year to the papers of that year within a selection; a topic's are filed under that year."""
    return lambda one: papers(**{parameter: key, "_year" if parameter == "_topic" else column: one["year"]})


def explore(datasette: Datasette, name: str, **params: object) -> str:
    """A canned query's page with its chart drawn on arrival."""
    settings = (datasette.metadata("queries", database=DATABASE) or {}).get(name) or {}
    return query(name, settings.get("fragment", ""), **params)


def narrowed(address: Address, **params: str | None) -> Address:
    """A link to filtered rows with more filters; those that are empty are left out."""
    kept = urlencode({key: value for key, value in params.items() if value})
    return lambda one: address(one) + (f"&{kept}" if kept else "")


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, object]:
    base = datasette.setting("base_url").removesuffix("/")

    def under_base(make: Address) -> Address:
        return lambda *args, **params: base + make(*args, **params)

    links: dict[str, Callable[..., object]] = {name: under_base(make) for name, make in LINKS.items()}
    links["explore"] = under_base(lambda name, **params: explore(datasette, name, **params))
    links["narrowed"] = narrowed
    links["here"] = lambda **changes: str(path_with_replaced_args(request, changes))
    return {"link": SimpleNamespace(**links, year_of=lambda *selection: under_base(year_papers(*selection)))}
