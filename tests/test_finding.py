"""Finding: what readers type finds what they mean, the page says what was searched, and every format has the same."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_searches import ODD
from page_kinds import SLOW, fetch
from page_reading import attributes, read, texts
from phenomena_web.search.expressions import NOTHING, condition, match_expression
from phenomena_web.search.finding import finder_of
from phenomena_web.search.identifiers import read_identifier
from phenomena_web.search.language import Filter, Search, Text, parse, quote
from phenomena_web.site import run_in_thread
from plans import aliases, plan, scans
from sites import ROOT, open_site

pytestmark = pytest.mark.anyio
SEARCHES = tomllib.loads((ROOT / "tests" / "searches.toml").read_text("utf-8"))["search"]


async def find(site: Datasette, typed: str, **arguments: object) -> list[str]:
    """The keys of the papers of a search, in its order."""
    query = urlencode({"_search": typed, "_shape": "array", **arguments})
    answer = await site.client.get(f"/phenomena/papers.json?{query}")
    assert answer.status_code == 200, (typed, answer.text[:300])
    return [row["id"] for row in answer.json()]


async def test_what_is_meant_comes_up_among_the_first_five(site: Datasette, folder: Path) -> None:
    known = {row["id"] for row in fetch(folder, "select id from papers")}
    missed = {}
    for search in SEARCHES:
        assert known.issuperset(search["first"]), search
        found = await find(site, search["typed"], _size=5)
        if not set(search["first"]) & set(found):
            missed[search["typed"]] = found
    sys.stdout.write(
        f"{len(SEARCHES) - len(missed)} of {len(SEARCHES)} searches find what is meant in the first five.\n"
    )
    assert missed == {} and len({search["typed"] for search in SEARCHES}) >= 60


async def test_every_example_of_the_search_page_finds_papers(site: Datasette) -> None:
    start = await read(site, "/phenomena/search")
    examples = attributes(start, ".search-help a", "href")
    assert len(examples) == len(texts(start, ".search-help tbody tr")) >= 10
    for address in examples:
        leads_to = (await site.client.get(address)).headers["location"]
        assert texts(await read(site, leads_to), "article.card h2"), address


def word(text: str, column: str | None = None) -> Text:
    return Text(text, False, column)


def phrase(text: str, column: str | None = None) -> Text:
    return Text(text, True, column)


@pytest.mark.parametrize(
    ("typed", "groups", "excluded"),
    [
        ("a b", ((word("a"),), (word("b"),)), ()),
        ('"a b" c', ((phrase("a b"),), (word("c"),)), ()),
        ("“a b”", ((phrase("a b"),),), ()),
        ("a OR b OR c d", ((word("a"), word("b"), word("c")), (word("d"),)), ()),
        ("a | b", ((word("a"), word("b")),), ()),
        ("a AND b", ((word("a"),), (word("b"),)), ()),
        ("a or b", ((word("a"),), (word("or"),), (word("b"),)), ()),
        ("a OR b-c", ((word("a"), phrase("b c")),), ()),
        ("a -b", ((word("a"),),), (word("b"),)),
        ("a NOT b", ((word("a"),),), (word("b"),)),
        ('-"a b" -title:c', (), (phrase("a b"), word("c", "title"))),
        ("-a-b", (), (phrase("a b"),)),
        ("title:a author:b keywords:c venue:d digest:e", (
            (word("a", "title"),), (word("b", "authors"),), (word("c", "keywords"),), (word("d", "venue"),),
            (word("e", "digest"),),
        ), ()),
        ('author:"Ann Lee" TITLE:x-y', ((phrase("Ann Lee", "authors"),), (phrase("x y", "title"),)), ()),
        ("year:2020", ((Filter("year", "2020-2020"),),), ()),
        ("year:2020-2023 year:2021- year:-2019 year:2020..2021", (
            (Filter("year", "2020-2023"),), (Filter("year", "2021-9999"),), (Filter("year", "0000-2019"),),
            (Filter("year", "2020-2021"),),
        ), ()),
        ("has:code -has:DOI", ((Filter("has", "code"),),), (Filter("has", "doi"),)),
        ('topic:"Neural Collapse" OR year:2020', (
            (Filter("topic", "Neural Collapse"), Filter("year", "2020-2020")),
        ), ()),
        ("arXiv:2301.05217v2", ((Filter("arxiv_id", "2301.05217"),),), ()),
        ("<https://doi.org/10.1038/S41586-024-07566-Y>,", ((Filter("doi", "10.1038/s41586-024-07566-y"),),), ()),
        ("a a OR a a", ((word("a"),),), ()),
        ("", (), ()),
        ("-- \" () *", (), ()),
    ],
)  # fmt: skip
def test_a_search_is_read_whole(typed: str, groups: object, excluded: object) -> None:
    found = parse(typed)
    assert (found.groups, found.excluded) == (groups, excluded)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("OR a", ["OR", "a"]),
        ("a OR", ["a", "OR"]),
        ("a AND", ["a", "AND"]),
        ("a NOT", ["a", "NOT"]),
        ("year:soon", ["year", "soon"]),
        ("year:20", ["year", "20"]),
        ("year:2020-20", ["year", "2020", "20"]),
        ("year:-", ["year"]),
        ("has:money", ["has", "money"]),
        ("has:", ["has"]),
        ("title:", ["title"]),
        ("title : a", ["title", "a"]),
        ("nosuch:a", ["nosuch", "a"]),
        ("- a", ["a"]),
        ("--a", ["a"]),
        ("topic:()", ["topic"]),
        ("10.1/x", ["10", "1", "x"]),
        ("https://[x", ["https", "x"]),
        ("2301.5", ["2301", "5"]),
    ],
)
def test_what_is_no_part_of_the_language_is_words(typed: str, words: list[str]) -> None:
    found = parse(typed)
    assert (found.groups, found.excluded) == (tuple((word(one),) for one in words), ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2301.05217", ("arxiv_id", "2301.05217")),
        ("ARXIV:2301.05217V12", ("arxiv_id", "2301.05217")),
        ("math.GT/0309136", ("arxiv_id", "math.GT/0309136")),
        ("https://arxiv.org/pdf/2301.05217v2.pdf", ("arxiv_id", "2301.05217")),
        ("http://export.arxiv.org/abs/2301.05217?context=cs", ("arxiv_id", "2301.05217")),
        ("arxiv.org/abs/2301.05217", ("arxiv_id", "2301.05217")),
        ("doi:10.1073/pnas.2201304119", ("doi", "10.1073/pnas.2201304119")),
        ("https://www.pnas.org/doi/abs/10.1073/pnas.2201304119?af=R", ("doi", "10.1073/pnas.2201304119")),
        ("https://www.biorxiv.org/content/10.1101/2022.10.12.511910.full", ("doi", "10.1101/2022.10.12.511910")),
        ("https://doi.org/10.48550/arXiv.2301.05217", ("arxiv_id", "2301.05217")),
        ("https://openreview.net/pdf?id=LdEhiMG9WLO", ("openreview_id", "LdEhiMG9WLO")),
        ("https://example.com/paper", ("address", "https://example.com/paper")),
        ("https://openreview.net/", ("address", "https://openreview.net/")),
        ("https://", None),
        ("https://[::1", None),
        ("2301.052", None),
        ("10.1/x", None),
        ("grokking", None),
    ],
)
def test_identifiers_are_read_as_they_are_pasted(text: str, found: tuple[str, str] | None) -> None:
    assert read_identifier(text) == found


PIECES = st.sampled_from(
    [
        *("OR", "AND", "NOT", "|", "-", '"', "title:", "author:", "year:2020-", "year:", "has:code", "topic:", "("),
        *(")", "*", "NEAR(", "^", "{", "}", ":", "neural", "2301.05217", "10.1038/x", "https://arxiv.org/abs/", "\x00"),
    ]
)
TYPED = st.one_of(
    st.text(max_size=40), st.lists(PIECES, max_size=8).map(" ".join), st.lists(PIECES, max_size=8).map("".join)
)


@pytest.fixture(scope="module")
def papers(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)) as connection:
        yield connection


@settings(max_examples=150, deadline=None)
@given(TYPED)
def test_whatever_is_typed_is_a_search_that_sqlite_runs(papers: sqlite3.Connection, typed: str) -> None:
    run = papers.execute
    for one in (typed, quote(typed)):
        made = condition(parse(one))
        run(f"select count(*) from papers where {made.sql}", made.values)
        assert bool(parse(one)) == (made.values.get("match") != NOTHING)
    expression = match_expression(parse(typed, has_filters=False)) or NOTHING
    run("select count(*) from papers_fts where papers_fts match :match", {"match": expression})


@pytest.mark.parametrize(
    "typed", ["neural", "groking", "-neural -deep", "year:2022 has:code", "grokking OR year:2016", "LTH"]
)
async def test_all_formats_have_the_rows_of_the_list_in_its_order(site: Datasette, folder: Path, typed: str) -> None:
    rows = await find(site, typed)
    paged, following = list[str](), ""
    while following is not None:
        query = urlencode({"_search": typed, "_size": 20, "_shape": "objects"}) + following
        page = (await site.client.get(f"/phenomena/papers.json?{query}")).json()
        assert page["filtered_table_rows_count"] == len(rows)
        paged += [row["id"] for row in page["rows"]]
        following = f"&_next={page['next']}" if page["next"] else None
    text = (await site.client.get("/phenomena/papers.csv?" + urlencode({"_search": typed}))).text
    bib = (await site.client.get("/phenomena/papers.bib?" + urlencode({"_search": typed}))).text
    keys = {row["citekey"]: row["id"] for row in fetch(folder, "select id, citekey from papers")}
    assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == rows
    assert [keys[key] for key in re.findall(r"^@\w+\{([^,]+),", bib, re.M)] == rows
    assert paged == rows and len(set(rows)) == len(rows) > 5


@pytest.mark.parametrize("typed", ["groking", "grokking year:2022", "-neural has:code", "LTH"])
async def test_the_feed_of_a_search_holds_the_papers_of_its_list(site: Datasette, typed: str) -> None:
    feed = await site.client.get("/-/feed.atom?" + urlencode({"q": typed}))
    entries = re.findall(r"/phenomena/papers/([\w-]+)\"", feed.text)
    assert sorted(entries) == sorted(await find(site, typed)) != []


@pytest.mark.parametrize("token", ["x", "-1", "1e3", "²", "2020-01,arxiv-2001-00001", "9" * 11])
async def test_a_page_of_relevance_begins_at_a_number(site: Datasette, token: str) -> None:
    answer = await site.client.get("/phenomena/papers.json?" + urlencode({"_search": "neural", "_next": token}))
    words = "In the order of relevance, _next is the number of papers before the page."
    assert (answer.status_code, answer.json()["error"]) == (400, words)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("_size=abc", "_size must be a positive integer"),
        ("_size=-1", "_size must be a positive integer"),
        ("_size=²", "_size must be a positive integer"),
        ("_size=5001", "_size must be <= 5000"),
        ("_where=nosuch", "no such column: nosuch"),
    ],
)
async def test_what_a_list_refuses_a_search_refuses(site: Datasette, query: str, words: str) -> None:
    answer = await site.client.get(f"/phenomena/papers.json?_search=neural&{query}")
    assert (answer.status_code, answer.json()["error"]) == (400, words)


@pytest.mark.parametrize(
    "query",
    [
        "_where=rowid+>+5+and+title+>+'A'", "_col=title", "_nocol=digest&_labels=on", "year__gte=2020&venue__notnull=1",
        "_through=" + '{"table":"paper_keywords","column":"keyword","value":"neuralcollapse"}',
        "_facet=year&_year=2022",
    ],
)  # fmt: skip
async def test_filters_and_columns_work_beside_a_search(site: Datasette, query: str) -> None:
    ranked, by_title = [
        (await site.client.get(f"/phenomena/papers.json?_search=neural&{query}&_size=max{sort}")).json()
        for sort in ("", "&_sort=title")
    ]
    assert ranked["columns"] == by_title["columns"] and len(ranked["rows"]) > 2
    assert sorted(map(str, ranked["rows"])) == sorted(map(str, by_title["rows"])) and ranked["rows"] != by_title["rows"]


@pytest.mark.parametrize("query", ["_search=neural", "_search=neural&year__gt=2020&_next=25", "_search=year:2022"])
async def test_the_statement_that_describes_a_search_gives_all_its_papers(site: Datasette, query: str) -> None:
    rows = (await site.client.get(f"/phenomena/papers.json?_shape=array&{query.split('&_next')[0]}")).json()
    card = (await read(site, f"/phenomena/papers?{query}")).css_first("#search-card").text()
    [sql] = re.findall(r"^select .*$", card, re.MULTILINE)
    answer = await site.client.get("/phenomena.json", params={"sql": sql, "_shape": "array"})
    assert [row["id"] for row in answer.json()] == [row["id"] for row in rows] != []


async def test_another_order_may_be_chosen(site: Datasette, folder: Path) -> None:
    by_title = await find(site, "groking", _sort="title")
    assert sorted(by_title) == sorted(await find(site, "groking")) and by_title != await find(site, "groking")
    titles = {row["id"]: row["title"] for row in fetch(folder, "select id, title from papers")}
    assert by_title == sorted(by_title, key=lambda key: str(titles[key]))
    for query, shown in (("", "best match"), ("&_sort=title", "by title")):
        page = await read(site, f"/phenomena/papers?_search=groking{query}")
        assert texts(page, ".menu a[aria-current]") == [shown]
    back = [link.attributes["href"] for link in page.css(".menu a") if link.text() == "best match"]
    assert back == ["/phenomena/papers?_search=groking"]


async def test_a_correction_is_said_and_can_be_taken_back(site: Datasette) -> None:
    page = await read(site, "/phenomena/papers?_search=groking&_year=2023&_next=5")
    assert texts(page, "#search-notes p") == ["Searched for grokking instead of groking. Search for exactly groking."]
    [exact] = attributes(page, "#search-notes a", "href")
    assert exact == "/phenomena/papers?_year=2023&_search=%22groking%22"
    assert texts(await read(site, exact), "p[role=status] strong") == ["0 papers"]
    answer = (await site.client.get("/phenomena/papers.json?_search=groking&_size=1")).json()
    described = 'where search matches "groking" (Searched for grokking instead of groking.) sorted by relevance'
    assert answer["human_description_en"] == described


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("generalisation", "Searched for generalization too."),
        ("LTH", "Searched for lottery ticket hypothesis too."),
        ("frankle 2020", "Searched for the year 2020 too."),
        ("how does grokking work", "Left out: how, does, work."),
        ("zipfian pigeons grokking", "No paper has all of these words; those that have some follow, best first."),
    ],
)
async def test_each_kind_of_correction_is_said(site: Datasette, typed: str, note: str) -> None:
    assert (await finder_of(site).find(typed)).corrections == (note,)


@pytest.mark.parametrize(
    "typed", ["grokking", '"groking"', '"how" "does" grokking', "zzzz", "-groking", "year:1066", "it"]
)
async def test_what_is_found_or_quoted_or_hopeless_is_not_changed(site: Datasette, typed: str) -> None:
    found = await finder_of(site).find(typed)
    assert (found.corrections, found.exact, found.search) == ((), None, parse(typed))


@pytest.mark.parametrize(
    ("typed", "sql", "values"),
    [
        (
            "grok OR title:emerg year:2020-2021 has:code -deep",
            "papers.rowid in (select rowid from papers_fts where papers_fts match :match)"
            " and papers.id in (select paper from listings where year between :from and :to)"
            " and papers.code_url is not null",
            {"match": '(("grok"* OR title : "emerg"*)) NOT "deep"', "from": 2020, "to": 2021},
        ),
        (
            "-deep -has:code",
            "not papers.rowid in (select rowid from papers_fts where papers_fts match :without)"
            " and not papers.code_url is not null",
            {"without": '"deep"'},
        ),
        (
            "grok OR 2301.05217",
            "(papers.rowid in (select rowid from papers_fts where papers_fts match :words)"
            " or papers.arxiv_id is :arxiv_id)",
            {"words": '"grok"*', "arxiv_id": "2301.05217"},
        ),
    ],
)
def test_a_search_is_one_match_and_one_condition(typed: str, sql: str, values: dict[str, object]) -> None:
    made = condition(parse(typed))
    assert (made.sql, made.values) == (sql, values)


def test_a_search_without_anything_finds_nothing(folder: Path) -> None:
    assert condition(Search()).values == {"match": NOTHING}
    assert fetch(folder, "select rowid from papers_fts where papers_fts match ?", NOTHING) == []


async def test_no_snippet_repeats_a_title(site: Datasette) -> None:
    for typed in ("neural", "lottery ticket", "title:grokking", "frankle"):
        page = await read(site, "/phenomena/papers?" + urlencode({"_search": typed}))
        for card in page.css("article.card"):
            marked = [" ".join(one.text().split()) for one in card.css("p") if one.css("mark")]
            assert not any(text in " ".join(card.css_first("h2").text().split()) for text in marked), typed
        assert page.css("mark") or typed.startswith("title:")


async def test_odd_searches_are_never_corrected_into_errors(site: Datasette, papers: sqlite3.Connection) -> None:
    finder = finder_of(site)
    for typed in ODD:
        found = (await finder.find(typed)).condition
        assert papers.execute(found.count, found.values).fetchone()[0] >= 0


@pytest.mark.parametrize(("sql", "fault"), [(SLOW, QueryInterrupted), ("select x", sqlite3.OperationalError)])
async def test_a_search_takes_no_longer_than_a_statement(folder: Path, sql: str, fault: type[Exception]) -> None:
    site = Datasette(config_dir=folder, settings={"sql_time_limit_ms": 20})
    with pytest.raises(fault):
        await run_in_thread(site, lambda connection: connection.execute(sql).fetchall())


async def test_a_start_reads_no_table_that_grows(
    folder: Path, papers: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, statements = Database.connect, list[str]()

    def traced(self: Database, write: bool = False) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(self, write)
        connection.set_trace_callback(statements.append if self.name == "phenomena" else None)
        return connection

    monkeypatch.setattr(Database, "connect", traced)
    site = open_site(folder)
    await site.invoke_startup()
    asked = {sql for sql in statements if sql.lower().startswith(("select", "with"))}
    assert "select content_sha256 from source" in asked
    assert {sql: found for sql in asked if (found := scans(plan(papers, sql), aliases(sql)))} == {}
