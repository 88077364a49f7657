"""Hostile statements are refused in words or stopped in time, in a server that stays small and goes on answering."""

from __future__ import annotations

import asyncio
import contextlib
import runpy
import shutil
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from conftest import make_folder
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import StartupError
from hostile_statements import Hostile, make_calls, read_hostile
from servers import Server, start_server

ROOT = Path(__file__).parent.parent
COST = runpy.run_path(str(ROOT / "plugins" / "cost.py"))
LIMIT_SECONDS = 0.5
MOST_SECONDS = LIMIT_SECONDS + 0.5
MOST_MEGABYTES = 400
HOSTILE = read_hostile()
LONG = {
    "sql": "with long as materialized (select replace(printf('%0100000d', 0), '0', char(1)) as x) "
    "select x from papers, long limit 40",
    "_shape": "arrayfirst",
}
PLAIN = {"accept-encoding": "identity"}
LENGTH_OF_LONG = len("[" + ", ".join(['"' + r"\u0001" * 100_000 + '"'] * 40) + "]")
FAMILIES = {
    "functions", "huge_sql", "joins", "memory", "nested_expressions", "one_long_step", "pragmas", "recursion",
    "virtual_tables", "writes",
}  # fmt: skip


@pytest.fixture
def own_server(folder: Path) -> Iterator[Server]:
    server = start_server(folder)
    yield server
    if server.process.returncode is None:
        server.end()


def judge(hostile: Hostile, response: httpx.Response) -> str | None:
    """What is wrong with the answer to a hostile statement."""
    error = str(response.json().get("error") or "") if response.status_code != 200 else ""
    if response.status_code not in (200, 400):
        return f"{response.status_code}: {hostile.sql[:80]}"
    if hostile.words and not any(word in error for word in hostile.words):
        return f"refused with {error!r}, or not at all: {hostile.sql[:80]}"
    if response.elapsed.total_seconds() > MOST_SECONDS:
        return f"{response.elapsed.total_seconds():.2f} s: {hostile.sql[:80]}"
    return None


def ask(client: httpx.Client, hostile: Hostile) -> httpx.Response:
    """The fastest of up to three answers: a statement that runs long does so each time, a machine pauses once."""
    answers: list[httpx.Response] = []
    while len(answers) < 3 and not (answers and answers[-1].elapsed.total_seconds() <= MOST_SECONDS):
        answers.append(client.get("/phenomena.json", params={"sql": hostile.sql}))
    return min(answers, key=lambda answer: answer.elapsed)


def test_every_family_has_statements_and_they_differ() -> None:
    assert {one.family for one in HOSTILE} == FAMILIES
    assert len({one.sql for one in HOSTILE}) == len(HOSTILE) >= 80


def test_hostile_statements_are_refused_or_stopped(own_server: Server) -> None:
    with httpx.Client(base_url=own_server.address, timeout=60) as client:
        answers = [(one, ask(client, one)) for one in HOSTILE]
        assert client.get("/").status_code == 200
    assert [wrong for one, answer in answers if (wrong := judge(one, answer))] == []
    assert own_server.end() < MOST_MEGABYTES


def test_every_function_with_odd_arguments_is_harmless(own_server: Server) -> None:
    with httpx.Client(base_url=own_server.address, timeout=60) as client:
        answers = [(one, ask(client, one)) for one in (Hostile("calls", (), sql) for sql in make_calls(400))]
        assert client.get("/").status_code == 200
    assert [wrong for one, answer in answers if (wrong := judge(one, answer))] == []
    assert own_server.end() < MOST_MEGABYTES


def test_many_long_results_at_once_fit_in_memory(own_server: Server) -> None:
    def ask_long(_: int) -> tuple[int, int]:
        response = httpx.get(f"{own_server.address}/phenomena.json", params=LONG, headers=PLAIN, timeout=60)
        return response.status_code, len(response.content) if response.status_code == 200 else 0

    with ThreadPoolExecutor(40) as clients:
        answers = set(clients.map(ask_long, range(40)))
    assert answers <= {(200, LENGTH_OF_LONG), (503, 0)}
    assert (200, LENGTH_OF_LONG) in answers
    assert own_server.end() < MOST_MEGABYTES


def test_readers_who_take_nothing_fit_in_memory(own_server: Server) -> None:
    request = f"GET /phenomena.json?{urlencode(LONG)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    place = ("127.0.0.1", int(own_server.address.rpartition(":")[2]))
    with httpx.Client(base_url=own_server.address, headers=PLAIN, timeout=60) as client:
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
        assert 200 in answers, "what the readers held was not given back when they went"
    assert own_server.end() < MOST_MEGABYTES


def test_pages_are_served_while_hostile_queries_run(own_server: Server) -> None:
    slow = next(one.sql for one in HOSTILE if one.family == "recursion")
    pages = ["/", "/phenomena/papers", "/phenomena/topics/neural-collapse", "/phenomena/search?q=neural"] * 5

    async def run() -> tuple[list[int], list[int]]:
        async with httpx.AsyncClient(base_url=own_server.address, timeout=30) as client:
            queries = [asyncio.ensure_future(client.get("/phenomena.json", params={"sql": slow})) for _ in range(24)]
            shown = [(await client.get(page)).status_code for page in pages]
            answers = await asyncio.gather(*queries)
        assert {answer.headers["retry-after"] for answer in answers if answer.status_code == 503} == {"3"}
        return shown, sorted(answer.status_code for answer in answers)

    shown, answers = asyncio.run(run())
    assert shown == [200] * len(pages)
    assert answers == [400] * 18 + [503] * 6  # two run, sixteen wait, the others are turned away


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/phenomena.json?sql=select+load_extension('x')", "The function load_extension() is not open to visitors."),
        ("/phenomena.json?sql=select+*+from+sqlite_stmt", "The table sqlite_stmt is not open to visitors."),
        ("/phenomena/papers.json?_where=zeroblob(9)", "The function zeroblob() is not open to visitors."),
        ("/phenomena.json?sql=select+1;+select+2", "You can only execute one statement at a time."),
        ("/phenomena/papers.json?_sort=nothing", "papers has no column nothing for _sort."),
        ("/phenomena/papers.json?_timelimit=soon", "_timelimit can't be 'soon'; it is a whole number."),
        ("/phenomena/papers.json?_size=soon", "_size must be a positive integer"),
    ],
)
async def test_a_refusal_says_what_and_why(site: Datasette, path: str, words: str) -> None:
    response = await site.client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/json; charset=utf-8")
    assert response.json()["error"].startswith(words)


@pytest.mark.anyio
@pytest.mark.parametrize("extension", ["csv", "bib", "ris", "json", "csl", "sheet", "blob"])
async def test_a_refused_statement_is_400_in_every_format(site: Datasette, extension: str) -> None:
    column = "&_blob_column=b" if extension == "blob" else ""
    response = await site.client.get(f"/phenomena.{extension}?sql=select+zeroblob(9)+as+b{column}")
    assert response.status_code == 400
    assert response.headers["content-type"].split(";")[0] in ("text/plain", "application/json")
    assert "zeroblob() is not open" in response.text


@pytest.mark.anyio
async def test_a_refusal_on_a_page_keeps_the_statement_and_names_the_list(site: Datasette) -> None:
    page = (await site.client.get("/phenomena?sql=select+zeroblob(9)")).text
    assert "The function zeroblob() is not open to visitors. What is open to visitors is listed at /-/allowed." in page
    assert "select zeroblob(9)</textarea>" in page


@pytest.mark.anyio
async def test_the_list_names_functions_there_are_and_no_other(site: Datasette) -> None:
    page = (await site.client.get("/-/allowed")).text
    assert all(f"<code>{name}</code>" in page for name in ("count", "json_extract", "snippet", "lag", "strftime"))
    assert not any(f"<code>{name}</code>" in page for name in ("zeroblob", "load_extension", "json_set", "writefile"))


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
        ("/phenomena", {"sql": "select printf('%.*c', 300000, '&') as doi from topics"}, 200),
        ("/phenomena", {"sql": "select printf('%.*c', 600000, '&') as doi from topics"}, 400),
        ("/phenomena.json", {"sql": NESTED, "_json": "authors"}, 400),
        ("/phenomena/papers", {"title": "'" * 10_000}, 200),
        ("/phenomena/papers", {"title": "'" * 10_001}, 414),
        ("/phenomena/papers", {"_search": "'" * 4_000, "_facet": "year"}, 414),
        ("/phenomena/search", {"q": "a" * 10_000}, 200),
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


@pytest.mark.anyio
async def test_pages_read_in_their_own_threads(site: Datasette) -> None:
    database = site.get_database("phenomena")
    threads = set()
    for _ in range(20):
        await database.execute_fn(lambda conn: threads.add((threading.current_thread().name, conn.is_free)))
    assert all(not name.startswith("visitors-sql") and not is_free for name, is_free in threads)


@pytest.mark.anyio
async def test_the_schema_of_a_file_that_stays_is_asked_once(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    await site.invoke_startup()
    monkeypatch.setattr(site.get_database("_internal"), "execute", lambda sql, *_: asked.append(sql))
    assert (await site.client.get("/phenomena.json?sql=select+1+as+n&_shape=array")).json() == [{"n": 1}]
    assert asked == []


@pytest.mark.anyio
async def test_the_schema_of_a_file_that_changes_is_asked_again(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").close()
    folder = make_folder(tmp_path / "site", ROOT / "phenomena.md")
    site = Datasette([str(tmp_path / "other.db")], config_dir=folder)
    await site.client.get("/other.json")
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("create table new (a)")
    await site.client.get("/other.json")
    tables = await site.get_database("_internal").execute("select table_name from tables where database_name = 'other'")
    assert [tuple(row) for row in tables] == [("new",)]


@pytest.mark.parametrize(
    ("sql", "selects"),
    [
        ("select 1", 1),
        ("with a as (select 1), b as (select * from a, a) select * from b, b", 7),
        ('with a(x) as materialized (select 1), "b" as (select * from a join a) select * from [b] join b', 7),
        ("with recursive n(i) as (select 1 union all select i + 1 from n) select * from n", 2),
        ("with a as (select ')' /* ( */) select a.x from a", 2),
    ],
)
def test_tables_of_with_are_counted(sql: str, selects: int) -> None:
    assert COST["count_selects"](sql) == selects


@pytest.mark.parametrize(
    ("sql", "times"),
    [
        ("select a, b from t", 1),
        ("select b + b from (select a * a * a as b from t)", 6),
        ("select max(b, t.b) from t where b > 1", 2),
        ("with c as (select a || a as x from t) select x || 'x x x' from c", 2),
        ("select count(*) from (select year, count(*) from papers group by year)", 1),
    ],
)
def test_uses_of_columns_are_multiplied(sql: str, times: int) -> None:
    assert COST["count_written_out"](sql) == times


@pytest.mark.parametrize(
    ("steps", "length"),
    [
        ([("Next", None)], 1_000_000),
        ([("Function", "like(2)")], 142_857),
        ([("Function", "trim(1)")], 1_000_000),
        ([("Function", "trim(2)")], 6_320),
        ([("PureFunc", "upper(1)")] * 100, 50_000),
    ],
)
def test_slow_functions_and_long_programs_hold_shorter_values(steps: list[tuple[str, str]], length: int) -> None:
    assert COST["longest_value"](steps) == length


@pytest.mark.parametrize(
    ("steps", "makes_text"),
    [
        ([("Column", None), ("Function", "round(2)"), ("AggStep", "max(1)"), ("Lt", "BINARY-8")], False),
        ([("Column", None), ("Concat", None)], True),
        ([("AggStep", "group_concat(1)")], True),
        ([("VFilter", "")], True),
    ],
)
def test_texts_that_a_statement_makes_are_told_from_stored_ones(steps: list[tuple[str, str]], makes_text: bool) -> None:
    assert COST["makes_text"](steps) is makes_text


@pytest.mark.parametrize(
    ("columns", "length", "rows"),
    [
        ("id, year", 1_000_000, 50),
        ("id || year", 1_000_000, 16),
        ("id || year, id", 1_000_000, 8),
        (", ".join(["id || year"] * 40), 419_430, 1),
        (", ".join(["id"] * 40), 419_430, 4),
    ],
)
@pytest.mark.anyio
async def test_the_more_columns_the_shorter_the_values_and_the_fewer_rows_at_once(
    site: Datasette, columns: str, length: int, rows: int
) -> None:
    with contextlib.closing(site.get_database("phenomena").open(is_free=True)) as conn:
        assert conn.judge_program(f"select {columns} from papers", {}) == (length, rows, False)


@pytest.mark.anyio
async def test_the_server_does_not_start_unguarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_folder(tmp_path / "site", ROOT / "phenomena.md")
    site = Datasette(config_dir=folder)
    guard = pm.get_plugin("guard.py")
    monkeypatch.setattr(guard, "CATALOGUE", guard.CATALOGUE | {"sqlite_stmt"})
    with pytest.raises(StartupError, match="let a hostile statement run"):
        await site.invoke_startup()


@pytest.mark.anyio
async def test_other_databases_are_left_as_they_are(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "site", ROOT / "phenomena.md")
    shutil.move(folder / "phenomena.db", folder / "other.db")
    for name in ("metadata.yml", "inspect-data.json"):
        (folder / name).unlink()
    site = Datasette(config_dir=folder)
    response = await site.client.get("/other.json?sql=select+length(zeroblob(9))+as+n&_shape=array")
    assert response.json() == [{"n": 9}]
