"""An answer from memory is the one that would be made: for its own address and build, and for nobody else's cookies."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted
from page_kinds import REFUSED, find_page_kinds, sql_path
from phenomena_web.answers import store, warming
from phenomena_web.answers.capture import Capture
from phenomena_web.answers.middleware import Answers, Asked
from phenomena_web.answers.store import VARIABLE, store_of
from sites import ROOT, SERVED, open_site

pytestmark = pytest.mark.anyio

GZIP = {"accept-encoding": "gzip"}
MORE = (
    "/phenomena/papers.json?_size=3",
    "/phenomena/papers.csv",
    "/phenomena/papers.csv?_stream=on",
    "/phenomena/papers.sheet",
    "/phenomena/papers.bib?_ttl=60",
    "/phenomena/topics.json?_ttl=0&_shape=array",
    "/phenomena.json?sql=select+1",
    "/phenomena.db",
    "/-/feed.atom",
    "/-/timeline.json",
    "/-/suggest?q=grok",
    "/sitemap.xml",
    "/static/site.css",
)
UNTAGGED = (
    *REFUSED.values(),
    ("/phenomena/papers?_yaer=2022", 400),
    ("/phenomena/papers/", 302),
    ("/-/versions.json", 200),
    ("/-/metadata", 200),
    ("/-/allowed", 200),
    (sql_path("select random()"), 200),
    ("/phenomena/papers.json?_where=added+<+date('now')", 200),
)
TIMES = re.compile(rb"in \d+ ms|\"query_ms\": [\d.]+")


@pytest.fixture(scope="module")
def addresses(short: Path) -> list[str]:
    """One of every kind of page, and data."""
    return list(dict.fromkeys([*find_page_kinds(short).values(), *MORE]))


@pytest.fixture(scope="module")
async def fresh(short: Path, addresses: list[str]) -> AsyncIterator[dict[tuple[str, str], httpx.Response]]:
    """The answers of the same site without memory, by address and encoding."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "0")
        site = open_site(short)
        pairs = [(path, "gzip") for path in addresses] + [(path, "identity") for path in addresses[::6]]
        yield {pair: await site.client.get(pair[0], headers={"accept-encoding": pair[1]}) for pair in pairs}


def whole(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """What an answer consists of, apart from the length on the wire and how long statements took."""
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return answer.status_code, headers, TIMES.sub(b"", answer.content)


async def test_whatever_is_asked_in_whatever_order_is_answered_as_if_made_anew(
    short_site: Datasette, fresh: dict[tuple[str, str], httpx.Response]
) -> None:
    source = random.Random(14)
    for path, encoding in source.choices(list(fresh), k=3 * len(fresh)):
        method = source.choice(("GET", "GET", "HEAD"))
        answer = await short_site.client.request(method, path, headers={"accept-encoding": encoding})
        status, headers, body = whole(fresh[path, encoding])
        assert whole(answer)[:2] == (status, headers), (method, path, encoding)
        assert whole(answer)[2] == (body if method == "GET" else b""), (method, path, encoding)
        readers = "" if path.startswith("/static/") else "Cookie, Authorization, "
        assert headers["vary"] == f"{readers}Accept-Encoding"


async def test_a_client_that_has_the_answer_is_answered_304_without_making_it(
    short_site: Datasette, fresh: dict[tuple[str, str], httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is in memory or not, as the streams are."""
    for path, _ in fresh:
        await short_site.client.get(path, headers=GZIP)  # the rules read the tables
    monkeypatch.setattr(Database, "execute", None)
    for number, ((path, encoding), answer) in enumerate(fresh.items()):
        known = {"if-none-match": f'"other", {answer.headers["etag"]}', "accept-encoding": encoding}
        again = await short_site.client.request(("GET", "HEAD")[number % 2], path, headers=known)
        assert (again.status_code, again.content) == (304, b""), path
        names = ("etag", "cache-control", "vary", "access-control-allow-origin", "access-control-expose-headers")
        expected = {name: answer.headers[name] for name in names if name in answer.headers}
        assert {name: again.headers[name] for name in names if name in again.headers} == expected, path
        assert not again.headers.keys() & {"content-security-policy", "content-type", "content-encoding"}, path


@pytest.mark.parametrize("is_kept", [True, False])
async def test_after_each_piece_of_a_long_answer_others_have_their_turn(is_kept: bool) -> None:
    """Else they wait for all of it: sending to a client that takes everything at once never waits."""
    order: list[str] = []

    async def keep(message: Any) -> None:
        pass

    async def other() -> None:
        for _ in range(3):
            order.append("other")
            await asyncio.sleep(0)

    capture = Capture(Asked("/a", tag=b'"a"', age=b"no-cache"), keep, is_kept, lambda: None)
    await capture.send({"type": "http.response.start", "status": 200, "headers": []})
    waiting = asyncio.create_task(other())
    for number in range(3):
        order.append("piece")
        await capture.send({"type": "http.response.body", "body": b"a", "more_body": number < 2})
    await waiting
    assert order == ["piece", "other"] * 3


async def test_any_answer_that_is_there_will_do_for_a_star(short_site: Datasette) -> None:
    star = GZIP | {"if-none-match": "*"}
    statuses = [(await short_site.client.get(path, headers=star)).status_code for path in ("/", "/about", "/nothing")]
    assert statuses == [304, 304, 404]


def tag_of(site: Datasette, address: str, encoding: bytes = b"gzip", host: bytes = b"localhost") -> bytes:
    """The tag that an address has, or would have if the rules took it."""
    path, _, query = address.partition("?")
    scope = {"scheme": "http", "raw_path": path.encode(), "query_string": query.encode(), "headers": [(b"host", host)]}
    return Answers(None, site).read(path, scope, {b"host": host}, encoding).tag or b""


async def test_tags_differ_by_address_encoding_and_host(short_site: Datasette, addresses: list[str]) -> None:
    """But not by host for files, which are the same for all."""
    await short_site.invoke_startup()
    asked = ((b"gzip", b"localhost"), (b"identity", b"localhost"), (b"gzip", b"elsewhere.example"))
    tags = {(path, *one): tag_of(short_site, path, *one) for path in addresses for one in asked}
    same = {one[0] for one, tag in tags.items() if list(tags.values()).count(tag) > 1}
    assert same == {"/phenomena.db", "/static/site.css"}
    assert len(set(tags.values())) == 3 * len(addresses) - 2
    assert tags["/", b"gzip", b"localhost"].decode() == (await short_site.client.get("/", headers=GZIP)).headers["etag"]


@pytest.mark.parametrize(("path", "status"), UNTAGGED)
async def test_what_is_no_answer_of_the_build_has_no_tag(short_site: Datasette, path: str, status: int) -> None:
    before = [*store_of(short_site).shares[True], *store_of(short_site).shares[False]]
    answer = await short_site.client.get(path, headers=GZIP)
    assert (answer.status_code, answer.headers.get("etag")) == (status, None)
    expected = "no-store" if status == 200 and not path.startswith("/-/") else None
    assert answer.headers.get("cache-control") == expected
    assert [*store_of(short_site).shares[True], *store_of(short_site).shares[False]] == before


@pytest.mark.parametrize("own", [{"cookie": "ds_actor=x"}, {"authorization": "Bearer x"}])
async def test_who_may_be_somebody_is_answered_anew(short_site: Datasette, own: dict[str, str]) -> None:
    known = (await short_site.client.get("/about", headers=GZIP)).headers["etag"]
    answer = await short_site.client.get("/about", headers=GZIP | own | {"if-none-match": known})
    assert (answer.status_code, answer.headers.get("etag")) == (200, None)
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/?_trace=1", "/phenomena/papers?_yaer=2022", "/-/threads"])
async def test_a_forged_tag_opens_no_address_that_is_refused(short_site: Datasette, path: str) -> None:
    """One for an address that the rules take is answered 304, and given nothing."""
    for asked, status in ((path, 404 if path.startswith("/-/") else 400), ("/phenomena/papers/nobody", 304)):
        headers = GZIP | {"if-none-match": tag_of(short_site, asked).decode() or '"none"'}
        assert (await short_site.client.get(asked, headers=headers)).status_code == status


async def test_a_new_build_is_seen_by_who_has_the_old_one(old_and_new: dict[str, Path], tmp_path: Path) -> None:
    answers = []
    for name in ("old", "new"):
        place = Path(shutil.copytree(old_and_new[name], tmp_path / name))
        for one in SERVED:
            (place / one).symlink_to(ROOT / one)
        headers = GZIP | ({"if-none-match": answers[0].headers["etag"]} if answers else {})
        answers.append(await open_site(place).client.get("/phenomena/papers.csv", headers=headers))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["etag"] != answers[1].headers["etag"]
    assert ["Paper new" in answer.text for answer in answers] == [False, True]


async def test_what_the_site_asks_of_itself_is_not_kept(short_site: Datasette) -> None:
    kept = store_of(short_site).shares
    before = {*kept[True], *kept[False]}
    answer = await short_site.client.get("/phenomena/papers.bib?year=2021", headers=GZIP)
    assert {*kept[True], *kept[False]} - before == {answer.headers["etag"].encode()}


async def test_a_page_of_which_a_statement_failed_is_not_kept(
    short_site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = Database.execute_unsandboxed

    async def limited(self: Database, sql: str, *args: Any, **options: Any) -> Any:
        if "count(*)" in sql:
            raise QueryInterrupted(None, sql, None)
        return await execute(self, sql, *args, **options)

    path = "/phenomena/links.json?_size=1&id__gt=1"
    monkeypatch.setattr(Database, "execute_unsandboxed", limited)
    without = await short_site.client.get(path, headers=GZIP)
    monkeypatch.undo()
    complete = await short_site.client.get(path, headers=GZIP)
    assert (without.status_code, without.json()["filtered_table_rows_count"]) == (200, None)
    assert (without.headers.get("etag"), without.headers["cache-control"]) == (None, "no-store")
    assert complete.json()["filtered_table_rows_count"] > 0 and complete.headers["etag"]


async def test_pages_are_made_at_the_start(short_site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    await warming.make_pages(short_site)
    monkeypatch.setattr(Database, "execute", None)
    statuses = {path: (await short_site.client.get(path, headers=GZIP)).status_code for path in warming.PATHS}
    assert statuses == dict.fromkeys(warming.PATHS, 200)


async def test_a_page_that_cannot_be_made_stops_no_start(
    short_site: Datasette, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(path: str, **_: object) -> httpx.Response:
        if path == "/":
            raise RuntimeError("no front page")
        return httpx.Response(500 if path == "/charts" else 200)

    monkeypatch.setattr(short_site.client, "get", fail)
    await warming.make_pages(short_site)
    said = capsys.readouterr().err
    assert "no front page" in said and said.endswith("/charts could not be made at the start: 500\n")


@pytest.mark.parametrize("text", ["-1", "64 MB", "6.4", "²"])
def test_a_size_that_is_none_ends_the_start(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(click.ClickException) as caught:
        store.read_size()
    assert caught.value.message == f"{VARIABLE} is {text!r}: it must be a number of megabytes, such as 64"
