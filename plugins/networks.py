"""Small networks: the co-authors of an author, the keywords used together with one, and the ties among them.

Each stands on the page of its author or keyword, above the same neighbours as a list. Nodes are sized by the papers
that they share with the one in the middle, ties by the papers of both ends; every node leads to its page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from markupsafe import Markup
from phenomena_web.network_drawing import Node, draw_network
from phenomena_web.site import DATABASE
from phenomena_web.statements import fetch_named

FEWEST = 3  # neighbours; a network of two says no more than their list
Rows = Sequence[Mapping[str, Any]]


def make_nodes(datasette: Datasette, table: str, rows: Rows, key: str, name: str) -> list[Node]:
    """The neighbours of rows in which `key` and `name` are columns."""
    return [
        Node(row[key], row[name], str(datasette.urls.row(DATABASE, table, row[key])), row["paper_count"])
        for row in rows
    ]


def draw(centre: str, nodes: Sequence[Node], ties: Rows, label: str) -> Markup | None:
    """The network of some neighbours; None where there are too few."""
    if len(nodes) < FEWEST:
        return None
    return draw_network(centre, nodes, [(tie["one"], tie["other"], tie["paper_count"]) for tie in ties], label)


async def draw_coauthors(datasette: Datasette, author: Mapping[str, Any], people: Rows) -> Markup | None:
    """The network of an author; `people` are co-authors as the statement coauthors_of_author gives them."""
    nodes = make_nodes(datasette, "authors", people, "coauthor_id", "coauthor")
    ties = await fetch_named(datasette, "ties_of_authors", authors=[node.key for node in nodes])
    return draw(author["name"], nodes, ties, f"Co-authors of {author['name']}")


async def draw_keywords(datasette: Datasette, keyword: Mapping[str, Any], others: Rows) -> Markup | None:
    """The network of a keyword; `others` are those used together with it."""
    nodes = make_nodes(datasette, "keywords", others, "id", "name")
    ties = await fetch_named(datasette, "ties_of_keywords", keywords=[node.key for node in nodes])
    return draw(keyword["name"], nodes, ties, f"Keywords used together with {keyword['name']}")


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, object]:
    network = SimpleNamespace(coauthors=partial(draw_coauthors, datasette), keywords=partial(draw_keywords, datasette))
    return {"network": network}
