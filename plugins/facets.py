"""Facets beside the papers, in a fixed order: list, topic, year, venue, keyword, author, code, year of addition; and
the filters they set.

Lists are a facet where there are several. Topics, keywords and authors are counted over the tables that tie them to
papers, by index and completely; years stand in time order. The filters are `_list`, `_topic`, `_year`, `_keyword` and
`_author`, each with a key; topic and year go together, so that a paper listed under two topics is found under each with
that topic's year. Venue, code and day of addition are columns of papers, filtered as Datasette does. A page shows the
first values of each, and those that are chosen; the others unfold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.facets import Facet
from datasette.filters import FilterArguments
from datasette.utils import path_with_added_args, path_with_removed_args, path_with_replaced_args
from datasette.utils.asgi import Request
from markupsafe import Markup, escape
from phenomena_web import page_plan
from phenomena_web.facet_counts import Selection, count_facets

Found = dict[str, Any]  # a facet in the form that Datasette's own classes give

PARAMETERS = {"list": "_list", "topic": "_topic", "year": "_year", "venue": "venue", "keyword": "_keyword"}
PARAMETERS |= {"author": "_author", "code": "code_url__{}", "added": "added__startswith"}
FIRST, MOST_UNFOLDED = 6, 8  # values shown of a longer facet, and of one that is shown whole
REMOVING = '<span class="hidden">Remove </span><span aria-hidden="true">✕ </span>'  # before a chosen value
OPEN, SHORT = 2, 2  # facets that are open at first, of papers topic and year, and values of one that always is


class PaperFacet(Facet):  # type: ignore[misc]  # Datasette has no types
    """`_facet_by=list|topic|year|venue|keyword|author|code|added` on the table of papers."""

    type = "by"

    async def facet_results(self) -> tuple[list[Found], list[str]]:
        if self.table != "papers":
            return [], []
        wanted = {config["config"].get("simple"): config["source"] for config in self.get_configs()}
        names = [name for name in PARAMETERS if name in wanted]  # in our order, not the address's
        topic, year = (self.request.args.get(key) for key in ("_topic", "_year"))
        selection = Selection(self.ds, self.database, self.sql, self.params or {}, self.row_count, topic, year)
        values, late = await count_facets(selection, names, self.get_facet_size() + 1) if names else ({}, [])
        found = [name for name in names if name in values]
        return [self.result(name, values[name], hideable=wanted[name] != "metadata") for name in found], late

    def result(self, name: str, rows: Sequence[Mapping[str, Any]], hideable: bool) -> Found:
        """One facet."""
        size, pairs = self.get_facet_size(), set(self.get_querystring_pairs())
        begin = self.address_to_add(name)
        return {
            "name": name,
            "type": self.type,
            "hideable": hideable,
            "toggle_url": self.ds.urls.path(path_with_removed_args(self.request, {"_facet_by": name})),
            "results": [self.value(name, row, pairs, begin) for row in rows[:size]],
            "truncated": len(rows) > size,
        }

    def address_to_add(self, name: str) -> str:
        """What the addresses that add a value of a facet begin with, up to its parameter; made once for all values."""
        if PARAMETERS[name] in ("_list", "_topic", "_year"):  # of which one is read
            path = path_with_replaced_args(self.request, {PARAMETERS[name]: None, "_next": None})
        else:
            path = path_with_added_args(self.request, {"_next": None})
        return self.absolute(path) + ("&" if "?" in path else "?")

    def absolute(self, path: str) -> str:
        """A path of the site as an address."""
        address: str = self.ds.absolute_url(self.request, str(self.ds.urls.path(path)))
        return address

    def value(self, name: str, row: Mapping[str, Any], pairs: Collection[tuple[str, str]], begin: str) -> Found:
        """One value with the address that adds or removes it."""
        parameter = PARAMETERS[name].format(row["value"])
        value = "1" if name == "code" else str(row["value"])
        selected = (parameter, value) in pairs
        address = begin + urlencode({parameter: value})
        if selected:
            page = self.request.args.get("_next")
            address = self.absolute(path_with_removed_args(self.request, {parameter: value, "_next": page}))
        return {
            "value": row["value"],
            "label": row["label"],
            "count": row["count"],
            "toggle_url": address,
            "selected": selected,
        }


def in_order(facet_results: dict[str, Found] | list[Found]) -> list[Found]:
    """Facets of a table page as a list: ours in their own order, then the others; years of any table in time order."""
    order = list(PARAMETERS)
    found = facet_results.values() if isinstance(facet_results, dict) else facet_results
    ranked = sorted(found, key=lambda facet: order.index(facet["name"]) if facet["name"] in order else len(order))
    return [in_time_order(facet) if facet["name"].endswith("year") else facet for facet in ranked]


def in_time_order(facet: Found) -> Found:
    """A facet of years, the newest first."""
    years = sorted(facet["results"], key=lambda one: (one["value"] is not None, one["value"]), reverse=True)
    return {**facet, "results": years}


def folded(facets: Sequence[Found], size: str | None = None) -> list[Found]:
    """Facets with what of them is shown at first, and what is behind a fold; those that were asked for whole, open.

    A chosen value is always shown, and its facet is open.
    """
    return [fold(facet, is_first=place < OPEN, is_whole=size is not None) for place, facet in enumerate(facets)]


def fold(facet: Found, is_first: bool, is_whole: bool) -> Found:
    """One facet: its values as `shown` and `further`, and whether it and its fold are open."""
    values = facet["results"]
    first = len(values) if len(values) <= MOST_UNFOLDED else FIRST
    is_open = is_first or is_whole or len(values) <= SHORT or any(value["selected"] for value in values)
    return {
        **facet,
        "shown": [value for place, value in enumerate(values) if place < first or value["selected"]],
        "further": [value for value in values[first:] if not value["selected"]],
        "is_open": is_open,
        "is_whole": is_whole,
    }


def as_items(values: Sequence[Found]) -> Markup:
    """Values as items of a list: of a long list's facets there are thousands, which a template makes far slower."""
    return Markup("\n".join(map(as_item, values)))


def as_item(value: Found) -> str:
    """A value, its address and its number of rows."""
    label = "none" if value["label"] in (None, "") else escape(value["label"])
    current, removing = (' aria-current="true"', REMOVING) if value["selected"] else ("", "")
    link = f'<a href="{escape(value["toggle_url"])}">{removing}{label}</a>'
    return f"<li{current}>{link} <span>{value['count']:,}</span></li>"


@hookimpl
def extra_template_vars() -> dict[str, object]:
    return {"facets": SimpleNamespace(in_order=in_order, folded=folded, as_items=as_items)}


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    return [PaperFacet]


@hookimpl
def filters_from_request(
    request: Request, database: str, table: str, datasette: Datasette
) -> Callable[[], Awaitable[FilterArguments]] | None:
    if table != "papers":
        return None

    async def filters() -> FilterArguments:
        chosen: list[str] = []  # statements that give keys of papers
        params: dict[str, str] = {}
        words: list[str] = []
        year, topic = request.args.get("_year"), request.args.get("_topic")
        clauses = ["listings.topic = :_topic"] if topic else []
        clauses += ["listings.year = cast(:_year as integer)"] if year else []
        if clauses:
            chosen.append(f"select listings.paper from listings where {' and '.join(clauses)}")
        if year:
            params["_year"] = year
            words.append(f"list year {year}")
        if topic:
            params["_topic"] = topic
            words.append(f"topic {await name_of(datasette, database, 'topics', topic)}")
        if key := request.args.get("_list"):
            chosen.append("select listings.paper from listings where listings.list = :_list")
            params["_list"] = key
            words.append(f"list {await name_of(datasette, database, 'lists', key)}")
        for name in ("keyword", "author"):
            for number, key in enumerate(request.args.getlist(f"_{name}")):
                params[f"_{name}{number}"] = key
                chosen.append(f"select paper from paper_{name}s where {name} = :_{name}{number}")
                words.append(f"{name} {await name_of(datasette, database, name + 's', key)}")
        if len(chosen) == 1:
            await page_plan.judge(datasette, database, chosen[0], params)
        return FilterArguments([f"papers.id in ({keys})" for keys in chosen], params=params, human_descriptions=words)

    return filters


async def name_of(datasette: Datasette, database: str, table: str, key: str) -> str:
    """The name behind a key of lists, topics, keywords or authors, in quotes; the key itself where there is none."""
    found = await datasette.get_database(database).execute(f"select name from {table} where id = :id", {"id": key})
    return f"“{found.rows[0]['name']}”" if found.rows else f"“{key}” (no {table.removesuffix('s')} has this name)"
