"""Adversarial statements are refused with a reason or stopped in time, by a server that stays small and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from adversarial_statements import GENERATED, Statement, list_functions, read_statements
from datasette.app import Datasette
from datasette.utils import StartupError
from datasette.utils.asgi import Request
from datasette_sandbox import sandbox
from datasette_sandbox.sandbox import check_itself
from page_kinds import SLOW, find_page_kinds
from phenomena_web.errors import find_limit
from servers import Server, list_children, start_server

STATEMENTS = read_statements()
LONG = {
    "sql": "with long as materialized (select replace(printf('%030000d', 0), '0', char(1)) as x) "
    "select x from papers, long limit 40",
    "_shape": "arrayfirst",
}
PLAIN = {"accept-encoding": "identity"}
LENGTH_OF_LONG = len("[" + ", ".join(['"' + r"\u0001" * 30_000 + '"'] * 40) + "]")
FAMILIES = {
    "functions", "huge_sql", "joins", "memory", "nested_expressions", "one_long_step", "pragmas", "recursion",
    "virtual_tables", "writes",
}  # fmt: skip


@pytest.fixture(scope="module")
def hasty_server(folder: Path) -> Iterator[Server]:
    """One in which many statements are soon over."""
    rows = ("--setting", "max_returned_rows", "5000")  # with any setting given, settings.json is not read
    server = start_server(folder, "--setting", "sql_time_limit_ms", "50", *rows)
    yield server
    server.end()


@pytest.fixture(scope="module")
def patient_server(short: Path) -> Iterator[Server]:
    """One in which a statement may wait long for a processor. It goes on after each of the tests."""
    server = start_server(short, "--setting", "sql_time_limit_ms", "10000")
    yield server
    server.end()


@pytest.fixture
def client(patient_server: Server) -> Iterator[httpx.Client]:
    """A client of that server, for many threads: its certificates are read once."""
    with httpx.Client(base_url=patient_server.address, headers=PLAIN, timeout=60) as client:
        yield client


def find_fault(client: httpx.Client, statement: Statement) -> str | None:
    """What is wrong with the answer to an adversarial statement. One that needs no reason may be over sooner still."""
    limit = {} if statement.reasons else {"_timelimit": "20"}
    response = client.get("/phenomena.json", params={"sql": statement.sql, **limit})
    error = str(response.json().get("error") or "") if response.status_code != 200 else ""
    if response.status_code not in (200, 400):
        return f"{response.status_code}: {statement.sql[:80]}"
    if statement.reasons and not any(reason in error for reason in statement.reasons):
        return f"refused with {error!r}, or not at all: {statement.sql[:80]}"
    return None


def test_every_family_has_statements_and_they_differ() -> None:
    assert {one.family for one in STATEMENTS} == FAMILIES
    assert len({one.sql for one in STATEMENTS}) == len(STATEMENTS) >= 80


def find_faults(server: Server, statements: Iterable[Statement]) -> list[str]:
    """What is wrong with the answers to some statements, sent one by one; the site goes on after them."""
    with httpx.Client(base_url=server.address, timeout=60) as client:
        faults = [fault for one in statements if (fault := find_fault(client, one))]
        assert client.get("/").status_code == 200
    return faults


def test_adversarial_statements_are_refused_or_stopped(hasty_server: Server) -> None:
    assert find_faults(hasty_server, STATEMENTS) == []


@pytest.mark.parametrize("family", GENERATED)
def test_generated_statements_are_refused_or_stopped(hasty_server: Server, family: str) -> None:
    """Each function once, or 30; benchmarks/sandbox.py sends more."""
    count = len(list_functions()) if family.endswith("of every function") else 30
    statements = list(GENERATED[family](count))
    assert len(statements) == count
    assert find_faults(hasty_server, [Statement(family, (), sql) for sql in statements]) == []


def test_many_long_results_at_once_are_whole_or_refused(client: httpx.Client) -> None:
    def ask_long(_: int) -> tuple[int, int]:
        response = client.get("/phenomena.json", params=LONG)
        return response.status_code, len(response.content) if response.status_code == 200 else 0

    with ThreadPoolExecutor(40) as clients:
        answers = set(clients.map(ask_long, range(40)))
    assert answers <= {(200, LENGTH_OF_LONG), (503, 0)}
    assert (200, LENGTH_OF_LONG) in answers


def test_many_large_pages_at_once_are_answered_or_refused(client: httpx.Client) -> None:
    paths = ["coauthors?_size=1000", "coauthors.json?_size=max", "coauthors.csv", "coauthors.json?_where=1&_size=max"]

    def ask_large(number: int) -> int:
        return client.get(f"/phenomena/{paths[number % 4]}").status_code

    with ThreadPoolExecutor(40) as clients:
        assert set(clients.map(ask_large, range(24))) <= {200, 503}


def test_killed_workers_fail_no_neighbour_and_no_later_statement(patient_server: Server, client: httpx.Client) -> None:
    """Sixty workers are killed, idle or busy, while answers of 4 MB travel."""
    chance, long = (
        random.Random(3),
        {"sql": "select printf('%080000d', 1) as x from papers limit 50", "_shape": "array"},
    )

    def ask_long(_: int) -> int:
        return client.get("/phenomena.json", params=long).status_code

    with ThreadPoolExecutor(8) as clients:
        asked = clients.map(ask_long, range(120))
        answers = []
        for number, answer in enumerate(asked):
            answers.append(answer)
            if number % 2 == 0 and (workers := list_children(patient_server.process.pid)):
                with contextlib.suppress(ProcessLookupError):  # it may have ended meanwhile
                    os.kill(chance.choice(workers), signal.SIGKILL)
    assert set(answers) <= {200, 400}
    assert answers.count(200) >= 90
    assert [ask_long(0) for _ in range(5)] == [200] * 5


def test_slow_clients_give_back_what_they_held(patient_server: Server, client: httpx.Client) -> None:
    request = f"GET /phenomena.json?{urlencode(LONG)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    place = ("127.0.0.1", int(patient_server.address.rpartition(":")[2]))
    with contextlib.ExitStack() as readers:
        statuses = []
        for _ in range(24):
            reader = readers.enter_context(socket.create_connection(place, timeout=60))
            reader.sendall(request)
            statuses.append(reader.recv(len("HTTP/1.1 200"), socket.MSG_WAITALL)[-3:])
        refused = client.get("/phenomena.json", params=LONG)
        assert (set(statuses), statuses[0]) == ({b"200", b"503"}, b"200")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "3")
        assert refused.json()["error"].startswith("Too many long answers are under way.")
        assert client.get("/phenomena/papers").status_code == 200
    answers = (client.get("/phenomena.json", params=LONG).status_code for _ in range(20))
    assert 200 in answers, "what the clients held was not given back when they left"


def test_pages_are_served_while_adversarial_queries_run(patient_server: Server) -> None:
    slow = {"sql": next(one.sql for one in STATEMENTS if one.family == "recursion"), "_timelimit": 100}
    pages = ["/", "/phenomena/papers", "/phenomena/topics/neural-collapse", "/phenomena/papers?_search=neural"] * 5

    async def run() -> tuple[list[int], list[int]]:
        async with httpx.AsyncClient(base_url=patient_server.address, timeout=30) as client:
            queries = [asyncio.ensure_future(client.get("/phenomena.json", params=slow)) for _ in range(24)]
            shown = [(await client.get(page)).status_code for page in pages]
            answers = await asyncio.gather(*queries)
        assert {answer.headers["retry-after"] for answer in answers if answer.status_code == 503} == {"3"}
        return shown, sorted(answer.status_code for answer in answers)

    shown, answers = asyncio.run(run())
    assert shown == [200] * len(pages)
    assert set(answers) == {400, 503}
    assert answers.count(400) >= 18, "two run and sixteen wait; one that comes after another has ended gets in too"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/phenomena.json?sql=select+load_extension('x')", "The function load_extension() is not open to visitors."),
        ("/phenomena.json?sql=select+*+from+sqlite_stmt", "The table sqlite_stmt is not open to visitors."),
        ("/phenomena/papers.json?_where=load_extension(9)", "The function load_extension() is not open to visitors."),
        ("/phenomena/papers.json?_search=a(&_searchmode=raw", "fts5: syntax error"),
        ("/phenomena.json?sql=select+randomblob(2000001)", "A value or statement is longer than it may be"),
        ("/phenomena.json?sql=select+1;+select+2", "You can only execute one statement at a time."),
        ("/phenomena/papers.json?_sort=nothing", "papers has no column nothing for _sort."),
        ("/phenomena/papers.json?_timelimit=soon", "_timelimit can't be 'soon'; it is a whole number."),
        ("/phenomena/papers.json?_size=soon", "_size must be a positive integer"),
        (f"/phenomena.json?{urlencode({'sql': SLOW})}&_timelimit=30", "The query took longer than its limit of 30 ms"),
    ],
)
async def test_a_refusal_says_what_and_why(site: Datasette, path: str, words: str) -> None:
    response = await site.client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/json; charset=utf-8")
    assert response.json()["error"].startswith(words)


@pytest.mark.parametrize(
    ("asked", "limit"), [("", 2000), ("30", 30), ("9000", 2000), ("0", 2000), ("soon", 2000), ("9" * 5000, 2000)]
)
def test_the_time_limit_that_is_stated_is_the_one_that_applied(site: Datasette, asked: str, limit: int) -> None:
    assert find_limit(site, Request.fake(f"/phenomena.json?_timelimit={asked}")) == limit


@pytest.mark.anyio
@pytest.mark.parametrize("extension", ["csv", "bib", "ris", "json", "csl", "sheet", "blob"])
async def test_a_refused_statement_is_400_in_every_format(site: Datasette, extension: str) -> None:
    column = "&_blob_column=b" if extension == "blob" else ""
    response = await site.client.get(f"/phenomena.{extension}?sql=select+load_extension(9)+as+b{column}")
    assert response.status_code == 400
    assert response.headers["content-type"].split(";")[0] in ("text/plain", "application/json")
    assert "load_extension() is not open" in response.text


@pytest.mark.anyio
async def test_a_refusal_on_a_page_keeps_the_statement(site: Datasette) -> None:
    page = (await site.client.get("/phenomena?sql=select+load_extension(9)")).text
    assert "The function load_extension() is not open to visitors." in page
    assert "select load_extension(9)</textarea>" in page


@pytest.mark.anyio
async def test_the_list_names_functions_there_are_and_no_other(site: Datasette) -> None:
    page = (await site.client.get("/-/allowed")).text
    assert all(f"<code>{name}</code>" in page for name in ("count", "json_set", "snippet", "lag", "fts_query"))
    assert not any(f"<code>{name}</code>" in page for name in ("load_extension", "fts3_tokenizer", "writefile"))


@pytest.mark.anyio
async def test_a_long_result_is_refused_not_cut(site: Datasette) -> None:
    many = (
        "with recursive n(i) as (select 1 union all select i + 1 from n limit 4000) select i, i, i, i, i, i, i, i, i, i"
    )
    on_page = await site.client.get("/phenomena", params={"sql": f"{many} from n"})
    as_data = await site.client.get("/phenomena.json", params={"sql": f"{many} from n"})
    long = await site.client.get(
        "/phenomena.json", params={"sql": "select printf('%09000d', 1) from papers a, papers b"}
    )
    assert (on_page.status_code, as_data.status_code, long.status_code) == (400, 200, 400)
    assert "more than 30,000 values" in on_page.text
    assert long.json()["error"] == "The result is longer than 4 MB; add a limit."


NESTED = "select printf('%.*c', 90000, '[') as authors"


@pytest.mark.parametrize(
    ("path", "arguments", "status"),
    [
        ("/phenomena", {"sql": NESTED}, 200),
        ("/phenomena", {"sql": """select '["\\ud800"]' as authors"""}, 200),
        ("/phenomena", {"sql": "select printf('%.*c', 200000, '&') as doi from topics"}, 200),
        ("/phenomena", {"sql": "select printf('%.*c', 600000, '&') as doi from topics"}, 400),
        ("/phenomena.json", {"sql": NESTED, "_json": "authors"}, 400),
        ("/phenomena/papers", {"title": "'" * 10_000}, 200),
        ("/phenomena/papers", {"title": "'" * 10_001}, 414),
        ("/phenomena/papers", {"_search": "'" * 4_000, "_facet": "year"}, 414),
        ("/phenomena/papers", {"_search": "a" * 10_000}, 200),
    ],
)
@pytest.mark.anyio
async def test_what_pages_repeat_or_dress_up_is_bounded(
    site: Datasette, path: str, arguments: dict[str, str], status: int
) -> None:
    assert (await site.client.get(path, params=arguments)).status_code == status


@pytest.mark.anyio
async def test_a_table_cut_to_a_size_is_not_streamed(site: Datasette) -> None:
    rows = (await site.client.get("/phenomena/papers.csv?_stream=on&_size=1&_col=id")).text
    assert len(rows.splitlines()) == 2


HONEST = {
    "JSON": "select json_set('{}', '$.a', 1), json_patch('{}', '{}'), json_remove('[1]', '$[0]')",
    "tables": "select name from pragma_table_list where name = 'papers'",
    "240 terms": "select count(*) from papers where " + " or ".join(f"year = {1900 + i}" for i in range(240)),
    "120 columns": "select " + ", ".join(f"{i} as c{i}" for i in range(120)),
    "a text with a name of SQLite's": "select 'pragma writable_schema' as x",
}


@pytest.mark.anyio
@pytest.mark.parametrize("sql", HONEST.values(), ids=HONEST)
async def test_an_honest_statement_is_answered(site: Datasette, sql: str) -> None:
    assert (await site.client.get("/phenomena.json", params={"sql": sql})).status_code == 200


async def list_sandboxed(site: Datasette, monkeypatch: pytest.MonkeyPatch, paths: Iterable[str]) -> list[str]:
    """Those pages of which a statement goes to a worker."""
    await site.invoke_startup()
    supervisor = sandbox.sandbox_of(site).supervisor
    assert supervisor
    run, sent = supervisor.run, list[str]()
    monkeypatch.setattr(supervisor, "run", lambda request: sent.append(path) or run(request))  # type: ignore[func-returns-value]
    for path in paths:
        await site.client.get(path)
    return list(dict.fromkeys(sent))


@pytest.mark.anyio
async def test_pages_of_the_site_read_in_its_own_threads(
    site: Datasette, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = find_page_kinds(folder).values()
    sent = await list_sandboxed(site, monkeypatch, kinds)
    assert sent == [path for path in kinds if "sql=" in path or "_where=" in path]


@pytest.mark.anyio
async def test_whatever_a_visitor_may_write_sql_in_goes_to_a_worker(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("_where=1", "_search=a&_searchmode=raw", "_search=a&_fts_table=papers_fts")
    paths = [
        "/phenomena/pragma_page_count/1.json",
        "/phenomena.json?sql=select+1",
        *(f"/phenomena/papers.json?{one}" for one in arguments),
    ]
    assert await list_sandboxed(site, monkeypatch, paths) == paths


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/phenomena?sql=select+1" + "/*" * 101, "A statement may have at most 100 comments"),
        ("/phenomena/coauthors?_size=max", "A page shows 1,000 rows at most."),
    ],
)
async def test_what_would_stall_the_server_is_refused(site: Datasette, path: str, reason: str) -> None:
    response = await site.client.get(path)
    assert (response.status_code, response.text[: len(reason)]) == (400, reason)


@pytest.mark.anyio
async def test_the_schema_of_a_file_that_stays_is_asked_once(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    await site.invoke_startup()
    monkeypatch.setattr(site.get_database("_internal"), "execute", lambda sql, *_: asked.append(sql))
    assert (await site.client.get("/phenomena.json?sql=select+1+as+n&_shape=array")).json() == [{"n": 1}]
    assert asked == []


@pytest.mark.anyio
async def test_the_schema_of_a_file_that_changes_is_asked_again(folder: Path, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").close()
    site = Datasette([str(tmp_path / "other.db")], config_dir=folder)
    await site.client.get("/other.json")
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("create table new (a)")
    await site.client.get("/other.json")
    tables = await site.get_database("_internal").execute("select table_name from tables where database_name = 'other'")
    assert [tuple(row) for row in tables] == [("new",)]


@pytest.mark.anyio
async def test_the_server_does_not_start_where_a_statement_gets_through(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Datasette(config_dir=folder)
    monkeypatch.setattr(sandbox, "check_itself", check_itself)
    monkeypatch.setattr(sandbox, "brings_sql", lambda *_: False)
    with pytest.raises(StartupError, match="let a statement through"):
        await site.invoke_startup()


@pytest.mark.anyio
async def test_other_databases_are_sandboxed_too(short: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(short, tmp_path / "site", symlinks=True))
    shutil.move(folder / "phenomena.db", folder / "other.db")
    for name in ("metadata.yml", "inspect-data.json"):
        (folder / name).unlink()
    site = Datasette(config_dir=folder)
    allowed = await site.client.get("/other.json?sql=select+length(zeroblob(9))+as+n&_shape=array")
    refused = await site.client.get("/other.json?sql=select+*+from+sqlite_stmt")
    assert (allowed.json(), refused.status_code) == ([{"n": 9}], 400)
