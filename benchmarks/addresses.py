"""Which addresses are measured: many of each kind of page and format, beside the pages of a plain Datasette.

The kinds are those of tests/page_kinds.py, one address each at its largest, and more of them here. A kind with a page
per key is asked for its largest keys. What a plain Datasette has in no page of its own is compared with all the pages
on which it shows the same data; where it has no such format, with its JSON of the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from page_kinds import CHARTS, fetch, find_page_kinds, row_path

FACETS = (
    "_facet=topic&_facet=year&_facet=venue&_facet_array=keywords&_facet_array=authors&_facet=code_host&_facet=added"
)
TOPICS = "select id from topics order by paper_count desc"
AUTHORS = "select id from authors order by paper_count desc, id"
KEYWORDS = "select id from keywords order by paper_count desc, id"
VENUES = "select id from venues order by paper_count desc, id"
LONGEST = "select id from papers order by length(title) desc"
LONGEST_BYLINE = "select id from papers order by length(authors) desc"
WORDS = "select name from keywords where name not glob '*[^A-Za-z ]*' order by paper_count desc, id"
BEGINNINGS = "select distinct lower(substr(name, 1, 4)) from keywords where name not glob '*[^A-Za-z ]*'"
LETTERS = "select distinct substr(sort_name, 1, 1) from authors where sort_name glob '[a-z]*'"
OF_AUTHOR = '_through={{"table":"paper_authors","column":"author","value":"{key}"}}'.replace('"', "%22")
OF_KEYWORD = OF_AUTHOR.replace("author", "keyword")
OF_TOPIC = OF_AUTHOR.replace("paper_authors", "listings").replace("author", "topic")
MORE_KEYS = {  # kinds of tests/page_kinds.py that have more than one address: pattern, and statement that gives keys
    "papers searched": ("/phenomena/papers?_search={value}", WORDS),
    "paper": ("/phenomena/papers/{row}", LONGEST),
    "paper of many": ("/phenomena/papers/{row}", LONGEST_BYLINE),
    "topic": ("/phenomena/topics/{row}", TOPICS),
    "author": ("/phenomena/authors/{row}", AUTHORS),
    "keyword": ("/phenomena/keywords/{row}", KEYWORDS),
    "venue": ("/phenomena/venues/{row}", VENUES),
    "search corrected": ("/phenomena/papers?_search={value}+nueral", WORDS),
    "keywords of a topic": ("/phenomena/keywords?topic={value}", TOPICS),
    "authors of a letter": ("/phenomena/authors?sort_name__startswith={value}&_sort=sort_name", LETTERS),
}
MORE_PAGES = {
    "front of a keyword": ("/?keyword={value}", KEYWORDS),
    "front of a topic": ("/?topic={value}", TOPICS),
    "papers of a topic": ("/phenomena/papers?_topic={value}", TOPICS),
    "papers of a keyword": ("/phenomena/papers?_keyword={value}", KEYWORDS),
    "papers of an author": ("/phenomena/papers?_author={value}", AUTHORS),
    "papers of a venue": ("/phenomena/papers?venue={value}", VENUES),
    "papers with a sort": ("/phenomena/papers?_sort={value}", "select name from pragma_table_info('papers')"),
    "keywords over time": ("/phenomena/keywords_over_time?keyword={value}", KEYWORDS),
}
FORMATS = {
    "CSV": ("/phenomena/papers.csv?_author={value}", AUTHORS),
    "JSON": ("/phenomena/papers.json?_author={value}&_shape=array", AUTHORS),
    "BibTeX": ("/phenomena/papers.bib?_author={value}", AUTHORS),
    "RIS": ("/phenomena/papers.ris?_author={value}", AUTHORS),
    "CSL-JSON": ("/phenomena/papers.csl?_author={value}", AUTHORS),
    "feed": ("/-/feed.atom?keyword={value}", KEYWORDS),
    "suggestions": ("/-/suggest?q={value}", BEGINNINGS),
    "timeline's rows": ("/-/timeline.json?keyword={value}", KEYWORDS),
    "sitemap": ("/sitemap.xml", "select 1"),
}
JSON_OF_AUTHOR = (f"/phenomena/papers.json?{OF_AUTHOR}&_shape=array",)
PLAIN = {  # where the same data is elsewhere in a plain Datasette: patterns of all the pages that show it
    "front of a keyword": ("/", f"/phenomena/papers?{OF_KEYWORD}"),
    "front of a topic": ("/", f"/phenomena/papers?{OF_TOPIC}"),
    "papers": (f"/phenomena/papers?{FACETS}",),
    "papers table": (f"/phenomena/papers?{FACETS}",),
    "papers searched": (f"/phenomena/papers?_search={{value}}&{FACETS}",),
    "papers none": (f"/phenomena/papers?_search=zzzz&{FACETS}",),
    "papers of a topic": (f"/phenomena/papers?{OF_TOPIC}&{FACETS}",),
    "papers of a keyword": (f"/phenomena/papers?{OF_KEYWORD}&{FACETS}",),
    "papers of an author": (f"/phenomena/papers?{OF_AUTHOR}&{FACETS}",),
    "papers of a venue": (f"/phenomena/papers?venue={{value}}&{FACETS}",),
    "papers with a sort": (f"/phenomena/papers?_sort={{value}}&{FACETS}",),
    "paper": ("/phenomena/papers/{row}", "/phenomena/related?paper={value}"),
    "paper of many": ("/phenomena/papers/{row}", "/phenomena/related?paper={value}"),
    "topic": ("/phenomena/topics/{row}", f"/phenomena/papers?{OF_TOPIC}", "/phenomena/topic_years?topic_id={value}"),
    "author": ("/phenomena/authors/{row}", f"/phenomena/papers?{OF_AUTHOR}"),
    "author among many": ("/phenomena/authors/{row}", "/phenomena/paper_authors?author={value}"),
    "keyword": ("/phenomena/keywords/{row}", f"/phenomena/papers?{OF_KEYWORD}"),
    "venue": ("/phenomena/venues/{row}", "/phenomena/papers?venue={value}"),
    "search start": ("/phenomena",),
    "search corrected": ("/phenomena/papers?_search={value}",),
    "search of an unknown name": ("/phenomena/papers?_search=neural&topic=zzzz",),
    "charts": tuple(f"/phenomena/{name}" for name in (*CHARTS, "topic_years", "publication_lag", "problems_by_code")),
    "map": ("/phenomena/positions?_size=max",),
    "map of a selection": ("/phenomena/positions?_size=max",),
    "new": ("/phenomena/papers?_sort_desc=added",),
    "new in the fullest year": ("/phenomena/papers?_sort_desc=added",),
    "problems": ("/phenomena/problems",),
    "about": ("/phenomena", "/phenomena/coverage"),
    "CSV": (f"/phenomena/papers.csv?{OF_AUTHOR}",),
    "JSON": JSON_OF_AUTHOR,
    "BibTeX": JSON_OF_AUTHOR,
    "RIS": JSON_OF_AUTHOR,
    "CSL-JSON": JSON_OF_AUTHOR,
    "feed": (f"/phenomena/papers.json?{OF_KEYWORD}&_shape=array&_sort_desc=added&_size=500",),
    "suggestions": ("/phenomena/keywords.json?name__startswith={value}&_shape=array",),
    "timeline's rows": (f"/phenomena/papers.json?{OF_KEYWORD}&_shape=array&_col=id",),
    "sitemap": ("/phenomena/papers.json?_col=id&_shape=array&_size=max",),
}
SEARCHES = {"papers searched", "papers none", "search corrected", "search of an unknown name", "suggestions"}


@dataclass(frozen=True)
class Kind:
    """A kind of page or format: our addresses, and for each those of a plain Datasette that give the same data."""

    name: str
    ours: tuple[str, ...]
    plain: tuple[tuple[str, ...], ...]
    is_page: bool


def fill(pattern: str, key: object) -> str:
    """An address of a pattern: {value} in a parameter, {key} the same within JSON, {row} in a row's path."""
    row = row_path("", key).rpartition("/")[2]
    return pattern.format(value=quote_plus(str(key)), key=quote_plus(str(key)), row=row)


def find_kinds(folder: Path, most: int) -> list[Kind]:
    """All kinds, each with at most so many addresses, from the database in a folder."""
    single = {name: (path, "select 1") for name, path in find_page_kinds(folder).items()}
    author = single["author among many"][0].rpartition("/")[2]
    kinds = []
    for name, (pattern, keys) in {**single, **MORE_KEYS, **MORE_PAGES, **FORMATS}.items():
        found = [next(iter(row.values())) for row in fetch(folder, f"{keys} limit {most}")]
        if "{" not in pattern:
            found = [author] if name == "author among many" else [1]
        ours = tuple(fill(pattern, key) if "{" in pattern else pattern for key in found)
        plain = tuple(tuple(fill(one, key) for one in PLAIN.get(name, (pattern,))) for key in found)
        kinds.append(Kind(name, ours, plain, name not in FORMATS))
    return kinds
