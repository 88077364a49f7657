"""Whatever address, method or parameter: no fault of the server, no redirect away, no script from the address."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from datasette.app import Datasette
from page_kinds import find_page_kinds

ADDRESSES = 3_000
SCRIPT = "<script>alert(1)</script>"
HOST = "localhost"
PARAMETERS = [
    "sql", "q", "_search", "_search_title", "_searchmode", "_sort", "_sort_desc", "_sort_by_desc", "_next", "_size",
    "_facet", "_facet_array", "_facet_date", "_facet_size", "_nofacet", "_nocount", "_where", "_through", "_shape",
    "_json", "_json_infinity", "_nl", "_labels", "_label", "_col", "_nocol", "_ttl", "_timelimit", "_trace",
    "_context", "_filter_column", "_filter_op", "_filter_value", "_fts_table", "_fts_pk", "_stream", "_dl",
    "_header", "_blob_column", "_hide_sql", "_show_sql", "_view", "title__contains", "year__gt", "title__like",
    "keywords__arraycontains", "topic", "year", "id__in", "authors__arraynotcontains", "year__date",
    "venue__isnull", "title__glob", "rowid", "topic__nope", "_facet_by", "_abstract", "_topic", "_year", "utm_source",
]  # fmt: skip
VALUES = [
    "", "1", "-1", "0", "99999999999999999999", "on", "off", "max", "x", "papers", "title", "year", "keywords",
    "null", SCRIPT, f'">{SCRIPT}', "'", '"', "//elsewhere.example", "\\\\elsewhere.example", "javascript:alert(1)",
    "%", "\x00", "select 1", "select * from papers", "select :a", "select", "1=1", "array", "object", "objects",
    "arrayfirst", "zzz", "$null", "[]", "{", "[",
    '{"table":"papers"}', '{"table":"nope","column":"x","value":"y"}', '{"table":["papers"],"column":{},"value":[]}',
    '{"table":"paper_authors","column":"author","value":"x"}', "\ud7ff", "é", "0,0", "a,b", "2022", "neural", '"', "*",
    "NEAR(", "-", "^", "on\n",
]  # fmt: skip
PARTS = [
    "phenomena", "papers", "topics", "authors", "keywords", "search", "papers_fts", "papers_fts_data",
    "topic_years", "-", "static", "static-plugins", "plugins", "metadata", "versions", "settings", "threads",
    "databases", "permissions", "messages", "allow-debug", "logout", "auth-token", "patterns", "actor", "allowed",
    "feed", "feed.atom", "charts", "about", "problems", "robots.txt", "sitemap.xml", "_internal", "_memory",
    ":memory:", "..", ".", "", "~00", "~2F", "%2F", "%5C", "\\", "\\elsewhere.example", "elsewhere.example",
    "neural-collapse", "arxiv-1406-1231", "x", "é", "%00", "%0a", "%C3", "site.css", SCRIPT, "source",
    "source_lines", "1", "grokking", "phenomena.db", "papers.jsono", "papers.nope", "-1",
]  # fmt: skip
ENDINGS = ["", "", "", ".json", ".csv", ".bib", ".ris", ".csl", ".sheet", ".blob", ".jsono", ".html", ".db", "/", "//"]
ENDINGS += [".parquet"]
STARTS = ["", "/phenomena", "/phenomena", "/phenomena/papers", "/-", "/", "/\\"]
PLACES = ["/", "/phenomena", "/charts", "/map", "/new", "/about", "/problems", "/data", "/-/allowed", "/-/feed"]
PLACES += [f"/phenomena/{name}" for name in ("topics", "authors", "keywords", "venues", "search", "topic_years")]
PLACES += ["/phenomena/papers"] * 12 + ["/phenomena/topics/neural-collapse", "/phenomena/papers/arxiv-1406-1231"]
METHODS = ["GET"] * 14 + ["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "QUERY"]
CHARACTERS = [(0x20, 0x7F), (0, 0x100), (0x100, 0xD800), (0xE000, 0x110000)]


def make_addresses(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Methods and addresses; every second one is of a page that there is.

    Hypothesis would take nine tenths of the time, to be able to shrink what no test shrinks.
    """
    chance = random.Random(seed)
    for _ in range(count):
        parts = [quote(draw(chance, PARTS, 6), safe="%~:.\\<>()") for _ in range(chance.choice((0, 1, 1, 2, 3)))]
        made = "/".join([chance.choice(STARTS), *parts])
        path = chance.choice((made, chance.choice(PLACES))) + chance.choice(ENDINGS)
        most = chance.choice((1, 1, 2, 5))  # of many, one is sure to be refused before it is read
        pairs = [(draw(chance, PARAMETERS, 8), draw(chance, VALUES, 20)) for _ in range(chance.randint(0, most))]
        address = (path if path.startswith("/") else f"/{path}") + ("?" if pairs else "")
        yield chance.choice(METHODS), address + urlencode(pairs, errors="replace")


def draw(chance: random.Random, known: list[str], most: int) -> str:
    """One of what is known, or of seven times once up to so many characters of any kind."""
    if chance.randrange(7):
        return chance.choice(known)
    return "".join(chr(chance.randrange(*chance.choice(CHARACTERS))) for _ in range(chance.randint(0, most)))


async def ask(site: Datasette, method: str, address: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text, with the path as a server passes it: raw, not corrected by a client."""
    path, _, query = address.partition("?")
    raw = path.encode("utf-8")
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "raw_path": raw,
        "path": raw.decode("utf-8"), "query_string": query.encode(), "headers": [(b"host", HOST.encode())],
    }  # fmt: skip
    messages: list[dict] = []
    requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict:
        return next(requests, None) or await asyncio.Future()  # as of a client that stays

    async def send(message: dict) -> None:
        messages.append(message)

    await site.client.app(scope, receive, send)
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in messages[0]["headers"]}
    text = b"".join(message.get("body", b"") for message in messages[1:]).decode("utf-8", "replace")
    return messages[0]["status"], headers, text


def find_fault(status: int, headers: dict[str, str], text: str, address: str) -> str | None:
    """What is wrong with an answer."""
    if status >= 500 and status != 503:
        return f"status {status}"
    location = headers.get("location", "")
    if location and not re.match(rf"(http://{HOST})?/(?![/\\])", location):
        return f"redirect to {location}"
    kind = headers.get("content-type", "")
    if SCRIPT in text and kind.startswith("text/html"):
        return "script reflected"
    is_data = re.search(r"\.(json|csv|bib|ris|csl|sheet|blob)$", address.partition("?")[0]) is not None
    if is_data and status // 100 != 3 and kind.startswith("text/html"):
        return "data sent as a page"
    if headers.get("x-content-type-options") != "nosniff":
        return "no nosniff"
    if kind.startswith("text/html") and "content-security-policy" not in headers:
        return "no policy"
    return None


@pytest.mark.filterwarnings("ignore:.*TableView._data_traced", "ignore:.*facet_results")  # left where a facet fails
def test_fuzzed_addresses_meet_no_fault(site: Datasette) -> None:
    wrong = []
    with asyncio.Runner() as runner:
        for method, address in make_addresses(ADDRESSES):
            try:
                fault = find_fault(*runner.run(ask(site, method, address)), address)
            except Exception as error:
                fault = repr(error)
            wrong += [f"{fault}: {method} {address}"] if fault else []
    assert wrong == []


@pytest.mark.anyio
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"])
async def test_other_methods_are_405(site: Datasette, method: str) -> None:
    status, headers, text = await ask(site, method, "/phenomena/papers")
    assert (status, headers["allow"], text) == (405, "GET, HEAD, OPTIONS", "The site is read only.\n")


@pytest.mark.anyio
async def test_options_names_methods_and_origins(site: Datasette) -> None:
    status, headers, text = await ask(site, "OPTIONS", "/phenomena/papers.json")
    assert (status, headers["allow"], text) == (204, "GET, HEAD, OPTIONS", "")
    assert headers["access-control-allow-origin"] == "*"


@pytest.mark.anyio
async def test_head_is_get_without_a_body(site: Datasette, folder: Path) -> None:
    for path in [*find_page_kinds(folder).values(), "/phenomena/papers.csv", "/phenomena.db", "/static/site.css"]:
        got, head = await ask(site, "GET", path), await ask(site, "HEAD", path)
        assert (head[0], head[1]["content-type"], head[2]) == (got[0], got[1]["content-type"], "")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/?" + "a" * 32_769, 414, "The address is too long"),
        ("/" + "a" * 2_049, 414, "The address is too long"),
        ("/?" + "&".join(f"a{i}=1" for i in range(101)), 400, "101 parameters; at most 100 are allowed"),
        ("/phenomena/papers?" + "&".join(["_facet=year"] * 11), 400, "11 facets; at most 10 are allowed"),
        ("/phenomena/papers?_trace=1", 400, "_trace is for debugging"),
        ("/phenomena/papers.csv?_trace=1", 400, "_trace is for debugging"),
        ("/?_context=1", 400, "_context is for debugging"),
        ("/phenomena/papers.csv?=1", 400, "without a name"),
        ("/-/threads", 404, "not open here"),
        ("/-/threads.json", 404, "not open here"),
        ("/-/databases.json", 404, "not open here"),
        ("/-/permissions", 404, "not open here"),
        ("/-/allow-debug", 404, "not open here"),
        ("/-/auth-token?token=1", 404, "not open here"),
        ("//elsewhere.example/", 404, "no such page"),
        ("/\\elsewhere.example/", 404, "no such page"),
        ("/%5Celsewhere.example/", 404, "no such page"),
        ("/%2Felsewhere.example/", 404, "no such page"),
    ],
)
async def test_refused_addresses(site: Datasette, address: str, status: int, words: str) -> None:
    answer = await ask(site, "GET", address)
    assert answer[0] == status
    assert words in answer[2]
    assert not answer[1]["content-type"].startswith("text/html")


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/-/metadata", "/-/versions", "/-/plugins", "/-/settings"])
async def test_open_pages_show_no_path_of_this_machine(site: Datasette, folder: Path, path: str) -> None:
    for address in (path, f"{path}.json"):
        status, _, text = await ask(site, "GET", address)
        assert status == 200
        assert not any(place in text for place in (str(folder), str(Path.home()), str(Path(__file__).parent.parent)))


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/phenomena/none.json", "/phenomena/none.csv", "/phenomena/papers/none.json"])
async def test_errors_of_data_are_data(site: Datasette, path: str) -> None:
    status, headers, _ = await ask(site, "GET", path)
    assert status == 404
    kind = "application/json; charset=utf-8" if path.endswith(".json") else "text/plain; charset=utf-8"
    assert headers["content-type"] == kind


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("page", "query", "status", "message"),
    [
        ("/-/threads", "", 404, "This page of Datasette is not open here."),
        ("/phenomena", "_trace=1", 400, "_trace is for debugging and not open here."),
        ("/phenomena/topics", "a=1", 400, "topics has no column a."),
        ("/phenomena/nothing", "", 404, "Table not found"),
    ],
)
async def test_errors_have_one_form(site: Datasette, page: str, query: str, status: int, message: str) -> None:
    """Whether the rules refuse an address, the table of parameters does, or Datasette can't answer it."""
    found, headers, text = await ask(site, "GET", f"{page}.json?{query}")
    assert (found, headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert text == json.dumps({"ok": False, "error": message, "status": status, "title": None})
    found, headers, text = await ask(site, "GET", f"{page}.csv?{query}")
    assert (found, headers["content-type"], text) == (status, "text/plain; charset=utf-8", f"{message}\n")


@pytest.mark.anyio
async def test_pages_run_scripts_of_this_site_only(site: Datasette, folder: Path) -> None:
    policies = {
        kind: (await ask(site, "GET", path))[1]["content-security-policy"]
        for kind, path in find_page_kinds(folder).items()
    }
    assert all("default-src 'none'; script-src 'self'" in policy for policy in policies.values())
    assert not any("'unsafe-inline'" in policy.partition("style-src")[0] for policy in policies.values())
    assert all("frame-ancestors 'none'" in policy and "base-uri 'none'" in policy for policy in policies.values())
    drawing = {kind for kind, policy in policies.items() if "'unsafe-eval'" in policy}
    assert {"front", "paper", "topic", "charts", "about", "database"}.isdisjoint(drawing)
    assert {"canned query", "SQL", "table"} <= drawing
    styled = {kind for kind, policy in policies.items() if "'unsafe-inline'" in policy}
    assert styled == drawing, "the editor of the page database needs no style in the page"


@pytest.mark.anyio
async def test_pages_hold_no_script_of_their_own(site: Datasette, folder: Path) -> None:
    for path in find_page_kinds(folder).values():
        text = (await ask(site, "GET", path))[2]
        inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)[^>]*>", text)
        assert (inline, re.findall(r"<[^>]+\son\w+=", text)) == ([], []), path


@pytest.mark.anyio
async def test_data_may_be_read_from_other_sites_and_pages_not(site: Datasette) -> None:
    data = (await ask(site, "GET", "/phenomena/papers.json?_shape=array"))[1]
    page = (await ask(site, "GET", "/phenomena/papers"))[1]
    assert data["access-control-allow-origin"] == "*"
    assert data["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert "access-control-allow-origin" not in page


def test_the_real_server_says_the_same(server: str) -> None:
    with httpx.Client(base_url=server) as client:
        assert client.post("/phenomena").status_code == 405
        assert client.head("/phenomena/papers").text == ""
        page = client.get("/phenomena/papers")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert page.headers["permissions-policy"].startswith("camera=()")
        assert page.headers["referrer-policy"] == "strict-origin-when-cross-origin"
