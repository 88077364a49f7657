"""A parameter that a page doesn't know, or can't honour in its format, is refused by name; no other is."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from datasette.app import Datasette
from page_kinds import TABLES, VIEWS, find_page_kinds, sql_path
from page_reading import ADDRESSES, attributes, check_frame, read
from phenomena_web.parameters import UNDERSTOOD
from sites import ROOT

pytestmark = pytest.mark.anyio
THROUGH = '{"table":"paper_authors","column":"author","value":"jonathanfrankle"}'


async def refusal(site: Datasette, path: str, status: int = 400) -> str:
    """The words of a refusal, in the format that was asked for."""
    answer = await site.client.get(path)
    assert answer.status_code == status, (path, answer.text[:200])
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == "application/json":
        assert (answer.json()["ok"], answer.json()["status"]) == (False, status)
        return str(answer.json()["error"])
    if kind == "text/plain":
        return answer.text.strip()
    found = re.search(r'<p class="notice">(.*?)</p>', answer.text)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("papers?_yaer=2022", "This page has no parameter _yaer. Did you mean _year?"),
        ("papers.csv?_yaer=2022", "This page has no parameter _yaer. Did you mean _year?"),
        ("papers.json?yaer=2022", "papers has no column yaer. Did you mean year?"),
        ("papers.bib?title__contians=x", "There is no filter contians. Did you mean contains?"),
        ("papers?topik__in=x", "papers has no column topik. Did you mean topic?"),
        ("screening.ris?_search=grokking", "screening has no full-text index for _search. Search papers instead "
         "(papers.ris?_search=grokking), or at /phenomena/search."),
        ("topics?_search_name=x", "topics has no full-text index for _search_name. Search papers instead "
         "(papers?_search=x), or at /phenomena/search."),
        ("authors.json?_topic=pruning", "_topic works on papers only, not on authors; leave it out."),
        ("authors?_view=cards", "_view can't be 'cards'; it may be table."),
        ("papers.csv?_facet=year", "_facet has no effect in .csv; leave it out. It works on the page and in .json."),
        ("papers.csv?_view=table", "_view has no effect in .csv; leave it out. It works on the page."),
        ("papers.csv?_next=3", "_next has no effect in .csv; leave it out. It works on the page and in .json."),
        ("papers.csv?_shape=array", "_shape has no effect in .csv; leave it out. It works in .json."),
        ("papers.sheet?_dl=1", "_dl has no effect in .sheet; leave it out. It works in .csv."),
        ("papers?_shape=array", "_shape has no effect on the page; leave it out. It works in .json."),
        ("papers?_abstract=on", "_abstract has no effect on the page; leave it out. It works in citations."),
        ("papers.bib?_size=3",
         "_size has no effect in .bib; leave it out. It works on the page and in .json and in .csv and in .sheet."),
        ("papers.json?_shape=zzz",
         "_shape can't be 'zzz'; it may be arrays, objects, array, arrayfirst, object."),
        ("papers.json?_nl=on", "_nl has an effect only with _shape=array."),
        ("papers.json?_shape=array&_facet=year",
         "_facet has no effect with _shape=array, which holds rows only; leave it out."),
        ("papers?_search=a&_search=b", "_search is given more than once, with different values; give it once."),
        ("papers?_search=a&_search_title=b", "_search_title has no effect beside _search; leave one out."),
        ("papers?_searchmode=fuzzy&_search=a", "_searchmode can't be 'fuzzy'; it may be escaped, raw."),
        ("papers?_facet_size=many", "_facet_size can't be 'many'; it is a whole number or max."),
        ("papers_fts?_sort=title&_nocol=title",
         "papers_fts has no primary key, so title can't be hidden while the rows are sorted by it."),
        ("papers_fts.json?_sort_desc=title&_col=keywords",
         "papers_fts has no primary key, so title can't be hidden while the rows are sorted by it."),
        ("papers_fts?_col=title&_nocol=title", "All columns are hidden; leave a _nocol out."),
        ("coverage.csv?_col=share&_nocol=filled&_nocol=share", "All columns are hidden; leave a _nocol out."),
        ("papers.json?_label=title", "_label can't be 'title'; it may be first_author, topic, venue."),
        ("papers/arxiv-2409-15156?_size=1", "This page has no parameter _size."),
        ("papers_by_year.csv?year=2022", "This page has no parameter year. Its own are topic."),
        ("search?query=x",
         "This page has no parameter query. Its own are author, keyword, q, topic, venue, year."),
        ("?_shwo_hidden=1", "This page has no parameter _shwo_hidden. Did you mean _show_hidden?"),
    ],
)  # fmt: skip
async def test_an_unknown_or_useless_parameter_is_named(site: Datasette, path: str, words: str) -> None:
    assert await refusal(site, f"/phenomena{'' if path.startswith('?') else '/'}{path}") == words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/?page=2", "This page has no parameter page. Its own are from, keyword, to, topic."),
        ("/?keywrod=grokking", "This page has no parameter keywrod. Did you mean keyword?"),
        ("/?from=20", "from can't be '20'; it is a year of four digits."),
        ("/?to=2020-05", "to can't be '2020-05'; it is a year of four digits."),
        ("/?topic=a&topic=b", "topic is given more than once, with different values; give it once."),
        ("/about?page=2", "This page has no parameters; leave page out."),
        ("/charts?year=2022", "This page has no parameters; leave year out."),
        ("/-/feed.atom?topik=pruning", "This page has no parameter topik. Did you mean topic?"),
        ("/new?yaer=2022", "This page has no parameter yaer. Did you mean year?"),
        ("/new?year=22", "year can't be '22'; it is a year of four digits."),
        ("/new?year=2022-05", "year can't be '2022-05'; it is a year of four digits."),
        ("/new?year=2022&year=2023", "year is given more than once, with different values; give it once."),
        ("/sitemap.xml?a=1", "This page has no parameters; leave a out."),
        ("/-/metadata.json?_shape=array", "This page has no parameters; leave _shape out."),
        ("/phenomena.db?a=1", "This page has no parameters; leave a out."),
        (sql_path("select :a") + "&b=1", "This page has no parameter b. Did you mean"),
        (sql_path("select ':b' -- :b") + "&b=1", "This page has no parameter b. Its own are sql."),
        ("/phenomena.json?sql=select+1&_size=3", "This page has no parameter _size."),
        (sql_path("select 1") + "&_shape=array", "_shape has no effect on the page; leave it out. It works in .json."),
    ],
)
async def test_pages_of_other_kinds_name_it_too(site: Datasette, path: str, words: str) -> None:
    assert (await refusal(site, path)).startswith(words.removesuffix(" Did you mean"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", '_through is a JSON object such as {"table": "paper_authors"'),
        ("[]", "_through is a JSON object such as"),
        ('{"table":"paper_authors"}', "_through is a JSON object such as"),
        ('{"table":"paper_authors","column":"author","value":[]}', "_through is a JSON object such as"),
        (THROUGH.replace("paper_authors", "nope"), "_through is a JSON object such as"),
        (THROUGH.replace('"author"', '"autor"'), "paper_authors has no column autor. Did you mean author?"),
    ],
)
@pytest.mark.parametrize("extension", ["", ".json", ".csv", ".bib"])
async def test_a_through_that_can_not_be_read_is_refused(
    site: Datasette, extension: str, value: str, words: str
) -> None:
    path = f"/phenomena/papers{extension}?{urlencode({'_through': value})}"
    assert (await refusal(site, path)).startswith(words)


async def test_other_values_that_are_no_json_are_refused(site: Datasette) -> None:
    for path in ("/phenomena/papers?id__in=[", "/phenomena/papers.json?id__notin=["):
        assert await refusal(site, path) == "A value in the address can't be read. Correct or remove it."


@pytest.mark.parametrize(
    "path",
    [
        f"/phenomena/papers.json?{urlencode({'_through': THROUGH})}",
        "/phenomena/papers.json?_shape=objects&_labels=on&_size=3&_json=authors&_facet=year&_nocount=1&_ttl=60",
        "/phenomena/papers.csv?_stream=on&_dl=1&_header=off&_col=title&_sort_desc=year&_size=max",
        "/phenomena/papers.ris?_topic=neural-collapse&_keyword=pruning&_keyword=grokking&year__gt=2020&venue__isnull=1&_where=1",
        "/phenomena/papers?_search_title=neural&_searchmode=raw&_facet_by=venue&_facet_size=max",
        "/phenomena/papers?rowid=1&_nofacet=on&_sort=title",
        "/phenomena/papers_fts?_sort=rowid&_nocol=title",
        "/phenomena/positions?_nocol=x&_nocol=y&_nocol=cluster&_sort=x",
        "/phenomena/screening.csv?_search=a&_fts_table=papers_fts",
        "/phenomena.json?sql=select+:a,@b,$c&a=1&b=2&c=3&_shape=arrays&_timelimit=200",
        "/phenomena/search.csv?q=grokking&topic=&_stream=on",
        "/phenomena/papers/arxiv-2409-15156.json?_shape=objects&_extras=foreign_key_tables",
        "/-/feed.atom?page=1",
        "/new?year=",
        "/new?year=2022",
        "/-/plugins?all=1",
        "/static/site.css?0a1b2c3d",
    ],
)
async def test_a_known_parameter_is_not_refused(site: Datasette, path: str) -> None:
    assert (await site.client.get(path)).status_code == 200


@pytest.mark.parametrize("path", ["/", "/phenomena/papers.csv", "/charts", "/phenomena.json?sql=select+1&_shape=array"])
async def test_tracking_parameters_change_nothing(site: Datasette, path: str) -> None:
    plain = await site.client.get(path)
    tracked = await site.client.get(
        path + ("&" if "?" in path else "?") + "utm_source=a&utm_campaign=b&gclid=1&fbclid=2&msclkid=3&mc_cid=4&ref=5"
    )
    assert (tracked.status_code, len(tracked.text)) == (200, len(plain.text))


async def test_a_parameter_of_the_statement_is_no_tracking_parameter(site: Datasette) -> None:
    answer = await site.client.get("/phenomena.json?sql=select+:ref+as+a&ref=7&_shape=array")
    assert answer.json() == [{"a": "7"}]


@pytest.mark.parametrize("ending", ["parquet", "xlsx", "foo", "html"])
@pytest.mark.parametrize("page", ["phenomena", "phenomena/papers", "phenomena/screening", "phenomena/search"])
async def test_unknown_endings_are_not_found(site: Datasette, page: str, ending: str) -> None:
    words = f"There is no format .{ending}. The known endings are .csv, .json, .bib, .ris, .csl, .sheet."
    answer = await site.client.get(f"/{page}.{ending}")
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (
        404, words + "\n", "text/plain; charset=utf-8",
    )  # fmt: skip
    assert (await site.client.get(f"/phenomena/papers/arxiv-2409-15156.{ending}")).text == words + "\n"


async def test_a_refusal_of_a_page_is_a_page(site: Datasette) -> None:
    page = await read(site, "/phenomena/papers?_yaer=%3Cscript%3E", 400)
    check_frame(page, "400")


async def test_every_page_of_ours_is_in_the_table(site: Datasette) -> None:
    words = {"new": "This page has no parameter nothing. Its own are year."}
    for path in (ROOT / "templates" / "pages").glob("*.html"):
        expected = words.get(path.stem, "This page has no parameters; leave nothing out.")
        assert await refusal(site, f"/{path.stem}?nothing=1") == expected


async def test_no_link_of_the_site_carries_what_its_target_refuses(short: Path, short_site: Datasette) -> None:
    """Every address with several parameters on every kind of page, later pages and filtered ones too.

    Not a case of the crawls, which ask for those with one, and for no other.
    """
    more = [
        "?_next=25&_view=table",
        "?_facet=year&_facet_size=max&_sort=title",
        "?_topic=pruning&_year=2022&venue=icml",
    ]
    paths = [*find_page_kinds(short).values(), *(f"/phenomena/papers{query}" for query in more)]
    paths += [f"/phenomena/{name}" for name in (*TABLES, *VIEWS)]
    found: dict[tuple[str, ...], str] = {}
    for path in paths:
        page = await read(short_site, path)
        for link in attributes(page, ADDRESSES, "href") + attributes(page, ADDRESSES, "action"):
            parts = urlsplit(link)
            if parts.query and parts.netloc in ("", "localhost"):
                names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
                if len(names) > 1:
                    found[parts.path, *names] = f"{parts.path}?{parts.query}"
    refused = {}
    for link in found.values():
        answer = await short_site.client.get(link)
        if answer.status_code == 302:  # a search leads to the list of papers
            answer = await short_site.client.get(answer.headers["location"])
        if answer.status_code != 200:
            refused[link] = (answer.status_code, answer.text[:150])
    assert len(found) > 100
    assert refused == {}


def test_the_table_names_no_parameter_that_datasette_does_not_read() -> None:
    """Whatever is listed stands in Datasette's own code, or in that of a plugin or template here."""
    import datasette

    folders = [Path(datasette.__file__).parent, ROOT / "plugins", ROOT / "templates", ROOT / "web"]
    text = "".join(
        path.read_text("utf-8")
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in (".py", ".html") and path.name != "parameters.py"
    )
    listed = {name for forms in UNDERSTOOD.values() for names in forms.values() for name in names}
    assert {name for name in listed - {"_abstract"} if f'"{name}"' not in text} == set()
