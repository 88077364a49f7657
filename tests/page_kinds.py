"""One address of every kind of page, found from the database that is served."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

CHARTS = ("papers_by_year", "keywords_over_time", "venues_by_year", "share_with_code_by_year", "most_listed_authors")
MAPS = {"map": "/map", "map of a selection": "/map?from=2000&to=2022"}
SLOW = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
TABLES = (
    *("papers", "listings", "topics", "authors", "paper_authors", "keywords", "paper_keywords", "venues", "links"),
    *("lists", "related", "positions", "citations", "resources", "changes", "problems", "source_lines", "source"),
)  # fmt: skip
VIEWS = (
    *("list_entries", "topic_years", "keyword_years", "keyword_pairs", "coauthors", "venue_years", "code_by_year"),
    *("publication_lag", "topic_additions", "listing_lag", "coverage", "screening"),
)  # fmt: skip


def fetch(folder: Path, sql: str, *params: object) -> list[dict[str, object]]:
    """Rows of the database in a folder, read without Datasette."""
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?immutable=1", uri=True)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql, params)]


def row_path(table: str, key: object) -> str:
    """A row's page; Datasette writes other characters than letters, digits, - and _ with a tilde."""
    return f"/phenomena/{table}/{quote(str(key), safe='').replace('~', '%7E').replace('.', '~2E').replace('%', '~')}"


def sql_path(sql: str) -> str:
    return "/phenomena?" + urlencode({"sql": sql})


@cache  # some of its statements read long tables, and a folder's database stays
def find_page_kinds(folder: Path) -> Mapping[str, str]:
    """Name and address of each kind of page that answers 200, at its largest: the topic with most papers and so on."""
    return {
        "front": "/",
        "papers": "/phenomena/papers",
        "papers table": "/phenomena/papers?_view=table",
        "papers searched": "/phenomena/papers?_search=neural&_facet_size=max",
        "papers none": "/phenomena/papers?_search=zzzz",
        "paper": row_path("papers", _key(folder, "select id from papers order by length(title) desc")),
        "paper of many": row_path("papers", _key(folder, "select id from papers order by length(authors) desc")),
        "topic": row_path("topics", _key(folder, "select id from topics order by paper_count desc")),
        "author": row_path("authors", _key(folder, "select id from authors order by paper_count desc, id")),
        "author among many": row_path("authors", _key(folder, _SOCIABLE)),
        "keyword": row_path("keywords", _key(folder, "select id from keywords order by paper_count desc, id")),
        "venue": row_path("venues", _key(folder, "select id from venues order by paper_count desc, id")),
        "list": row_path("lists", _key(folder, "select id from lists order by paper_count desc")),
        "search start": "/phenomena/search",
        "search corrected": "/phenomena/papers?_search=nueral+OR+triple+year:2019-",
        "search of an unknown name": "/phenomena/search?q=neural&topic=zzzz",
        "charts": "/charts",
        **(MAPS if fetch(folder, "select 1 from positions limit 1") else {}),
        "new": "/new",
        **({"data": "/data"} if (folder / "dist").exists() else {}),
        "new in the fullest year": f"/new?year={_key(folder, _FULLEST) or ''}",
        "canned query": "/phenomena/papers_by_year",
        "canned query without rows": "/phenomena/coauthors_of_an_author?author=nobody",
        "SQL": sql_path("select title, year, paper_url from papers limit 30"),
        "SQL without rows": sql_path("select title from papers where year = :year") + "&year=1066",
        "problems": "/problems",
        "about": "/about",
        "database": "/phenomena",
        "topics": "/phenomena/topics",
        "authors": "/phenomena/authors",
        "authors of a letter": "/phenomena/authors?sort_name__startswith=s&_sort=sort_name",
        "authors none": "/phenomena/authors?spellings__contains=zzzz",
        "keywords": "/phenomena/keywords",
        "keywords of a topic": f"/phenomena/keywords?topic={_key(folder, _FILED)}",
        "venues": "/phenomena/venues",
        "table": "/phenomena/authors?_view=table",
        "table with facets": "/phenomena/links",
        "table of problems": "/phenomena/problems",
        "view": "/phenomena/publication_lag",
        "wide view": "/phenomena/list_entries",
        "row": row_path("links", 1),
    }


_SOCIABLE = """select own.author from paper_authors as own join paper_authors as theirs on theirs.paper = own.paper
    group by own.author order by count(*) desc, own.author"""

_FILED = "select topic from keywords where topic is not null group by topic order by count(*) desc, topic"

_FULLEST = "select substr(added, 1, 4) from papers group by 1 order by added is null, count(*) desc"

REFUSED = {
    "400": ("/phenomena?sql=select+1+from", 400),
    "time-out": (sql_path(SLOW) + "&_timelimit=200", 400),
    "404": ("/phenomena/papers/nobody-wrote-this", 404),
}


def _key(folder: Path, sql: str) -> object:
    return next(iter(fetch(folder, sql + " limit 1")[0].values()))
