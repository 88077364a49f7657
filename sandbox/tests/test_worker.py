"""Workers give what SQLite gives, refuse what is more than reading, stop in time, and may be killed at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import io
import os
import pickle
import signal
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.database import QueryInterrupted, Results
from datasette.utils import sqlite3
from datasette_sandbox import as_visitor, supervisor
from datasette_sandbox.messages import AT_ONCE, read_message, write_message
from datasette_sandbox.sandbox import Sandbox, plain_parameters

pytestmark = pytest.mark.anyio
LONG_STEP = "select instr(printf('%0900000d', 0), printf('%0400000d', 1))"
SERIES = "with recursive n(i) as (select 1 union all select i + 1 from n limit 40000)"
LONGER = "The result is longer than 4 MB"
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"


async def run(site: Datasette, sql: str, *args: Any, path: str = "birds", **options: Any) -> Results:
    with as_visitor(site, path):
        return await site.get_database("birds").execute(sql, *args, **options)


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        ("select * from birds", None),
        ('select 1 as a, 2 as a, \'x\' as "q""[r]", x\'00\' as ""', None),
        ("select * from birds where 0", None),
        ("select :a + 1 as b, :c as d, :e as f", {"a": 1, "c": None, "e": b"\0"}),
        ("select ? as a", ["é"]),
        ("select cast(x'ff41' as text) as broken, 9e999 as infinite, 9223372036854775807 as most", None),
        ("select name, highlight(birds_fts, 0, '<', '>') as h from birds_fts where birds_fts match 'blue'", None),
        ("select escape_fts('a b') as e, escape_fts(name) as n from birds", None),
        (f"{SERIES} select i from n order by printf('%0150d', -i) limit 3", None),
        (f"{SERIES} select cast(x'ff' as text) as b from n order by printf('%0150d', -i) limit 3", None),
        (f"{SERIES} select count(distinct printf('%0150d', i)) from n", None),
        ("explain query plan select * from birds", None),
        ("pragma table_info(birds)", None),
        ("select name, type from pragma_table_list order by name", None),
        ("select json_set('{}', '$.a', 1), json_patch('{}', '{}'), value from json_each('[1, 2]')", None),
    ],
)
async def test_rows_are_those_of_datasette(site: Datasette, sql: str, params: Any) -> None:
    there, here = await run(site, sql, params), await site.get_database("birds").execute(sql, params)
    assert [tuple(row) for row in there.rows] == [tuple(row) for row in here.rows]
    assert [(row.keys(), repr(type(row))) for row in there.rows] == [(row.keys(), repr(type(row))) for row in here.rows]
    assert (there.columns, there.truncated, there.description) == (here.columns, here.truncated, here.description)


@pytest.mark.parametrize("options", [{"truncate": True}, {"truncate": True, "page_size": 50}, {"page_size": 50}, {}])
@pytest.mark.parametrize("rows", [49, 50, 51, 52, 120])
async def test_results_are_cut_where_datasette_cuts(site: Datasette, options: dict[str, Any], rows: int) -> None:
    sql = f"with recursive n(i) as (select 1 union all select i + 1 from n limit {rows}) select i from n"
    there, here = await run(site, sql, **options), await site.get_database("birds").execute(sql, **options)
    assert (len(there.rows), there.truncated) == (len(here.rows), here.truncated)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("delete from birds", "A statement must be one SELECT."),
        ("create temp table other (a)", "A statement must be one SELECT."),
        ("attach ':memory:' as other", "A statement must be one SELECT."),
        ("begin", "A statement must be one SELECT."),
        ("vacuum", "A statement must be one SELECT."),
        ("select 1; select 2", "You can only execute one statement at a time."),
        ("pragma query_only = 0", "PRAGMA query_only is not open to visitors."),
        ("select * from pragma_module_list", "The table pragma_module_list is not open to visitors."),
        ("select * from sqlite_stmt", "The table sqlite_stmt is not open to visitors."),
        ("select load_extension('x')", "The function load_extension() is not open to visitors."),
        ("select * from elsewhere", "no such table: elsewhere"),
        ("select randomblob(2000001)", "A value or statement is longer than it may be"),
        ("select randomblob(1900000), randomblob(1900000), randomblob(900000)", LONGER),
        ("with recursive n(i) as (select 1 union all select i + 1 from n) select i from n", "The result has more than"),
        (f"{SERIES} select iif(i < 15000, x'', 0) as b from n", LONGER),
        ("select zeroblob(1900000), zeroblob(1900000)", LONGER),
        (f'{SERIES} select i as "{"🐦" * 4000}" from n limit 100', LONGER),
        (f'with t as (select 1 as "{"n" * 30_000}") select {"*, " * 200} 1 from t where 0', LONGER),
        ("select value from json_each('[1')", "malformed JSON"),
        ("select group_concat(hex(x)) from (select randomblob(900000) as x from birds a, birds b)", "A value"),
    ],
)
async def test_a_refusal_says_why(site: Datasette, sql: str, reason: str) -> None:
    with pytest.raises(sqlite3.OperationalError) as raised:
        await run(site, sql)
    assert str(raised.value).startswith(reason)


async def test_links_of_blobs_count_with_the_address_that_they_repeat(site: Datasette) -> None:
    sql = "with recursive n(i) as (select 1 union all select i + 1 from n limit 49) select x'00' as b from n"
    answers = [await site.client.get("/birds", params={"sql": sql, "p": "x" * length}) for length in (10_000, 50_000)]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert "The result is longer than 2 MB" in answers[1].text


async def test_later_statements_of_a_request_that_used_up_its_time_are_not_run(site: Datasette) -> None:
    with as_visitor(site, "birds") as visit:
        await site.get_database("birds").execute("select 1")
        visit.seconds_left = -2.9
        await site.get_database("birds").execute("select 1")
        visit.seconds_left = -3.1
        with pytest.raises(QueryInterrupted):
            await site.get_database("birds").execute("select 1")


class Computed(dict[str, str]):
    """Parameters of a canned query, which Datasette computes when they are asked for."""

    def __getitem__(self, name: str) -> str:
        return f"made for {name}"


def test_only_parameters_of_the_statement_are_computed() -> None:
    """An address may name others, which could be of any length."""
    given = Computed(plain="1", _random_chars_9="")
    expected = {"plain": "1", "_random_chars_9": "", "_now_epoch": "made for _now_epoch"}
    assert plain_parameters("select :_now_epoch", given) == expected


def test_a_worker_may_ask_for_functions_of_plugins_only(sandbox: Sandbox) -> None:
    assert sandbox.call("birds", "escape_fts", ("a",))[0] == "value"
    assert sandbox.call("birds", "printf", ("%s", 1)) == ("error", "There is no function printf().")


@pytest.mark.parametrize("table", ["pragma_database_list", "Pragma_Database_List", "~70ragma_database_list"])
async def test_the_path_of_the_file_is_not_shown_as_a_row(site: Datasette, table: str) -> None:
    """SQLite has tables that are in no schema, of which Datasette shows rows, but no list."""
    rows = (await site.client.get(f"/birds/{table}/1.json")).json()["rows"]
    assert rows == [[1, 0, "main", None]]


@pytest.mark.parametrize("table", ["pragma_database_list", "PRAGMA_Database_list"])
async def test_the_path_of_the_file_is_not_shown(site: Datasette, table: str) -> None:
    assert [tuple(row) for row in await run(site, f"select * from {table}")] == [(0, "main", None)]


@pytest.mark.parametrize("sql", [ENDLESS, LONG_STEP])
async def test_a_statement_is_stopped_and_the_next_is_answered(site: Datasette, sql: str) -> None:
    with pytest.raises(QueryInterrupted):
        await run(site, sql, custom_time_limit=20)
    assert (await run(site, "select 1")).single_value() == 1


@pytest.mark.parametrize("stopper", ["the server's timer", "the kernel's alarm"])
async def test_either_stops_what_sqlite_does_not(
    site: Datasette, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, stopper: str
) -> None:
    assert sandbox.supervisor
    codes, close = list[int](), supervisor.Worker.close

    def remember(worker: supervisor.Worker) -> int:
        codes.append(close(worker))
        return codes[-1]

    monkeypatch.setattr(supervisor.Worker, "close", remember)
    monkeypatch.setattr(supervisor, "KILL_SECONDS", 100 if stopper == "the kernel's alarm" else 0)
    with pytest.raises(QueryInterrupted):
        await run(site, LONG_STEP, custom_time_limit=20)
    assert codes == [-signal.SIGKILL if stopper == "the server's timer" else -signal.SIGALRM]


async def test_the_statements_of_a_request_share_its_time(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "sql_time_limit_ms", 500)
    with as_visitor(site, "birds"):
        for _ in range(2):
            with pytest.raises(QueryInterrupted):
                await site.get_database("birds").execute(ENDLESS)
        visit_left = await site.get_database("birds").execute("select 1")
    assert visit_left.single_value() == 1


@pytest.mark.parametrize(
    ("arguments", "rows", "answer"),
    [
        ("'' || i", 100, "100"),
        ("'' || (i % 100)", 5000, "5000"),
        ("'' || i", 101, "escape_fts() may be called with 100 different arguments in one statement."),
        ("randomblob(70000)", 1, "The arguments of escape_fts() are too long."),
    ],
)
async def test_calls_of_a_plugins_function_are_bounded(site: Datasette, arguments: str, rows: int, answer: str) -> None:
    counted = f"with recursive n(i) as (select 1 union all select i + 1 from n limit {rows})"
    try:
        seen = str((await run(site, f"{counted} select count(escape_fts({arguments})) from n")).single_value())
    except sqlite3.OperationalError as error:
        seen = str(error)
    assert seen == answer


def list_workers() -> list[int]:
    """The workers that this process has started and that are not dead."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            is_worker = b"from worker import" in path.with_name("cmdline").read_bytes()  # and no server of another test
            if int(parent) == os.getpid() and state != "Z" and is_worker:
                found.append(int(path.parent.name))
    return found


def kill_workers() -> int:
    workers = list_workers()
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    return len(workers)


@pytest.mark.parametrize("is_dead", [True, False], ids=["dead", "dying"])
async def test_idle_workers_that_were_killed_are_replaced_unseen(
    site: Datasette, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, is_dead: bool
) -> None:
    """Also all at once, and where they still seem to live, as they do for a while on a busy machine."""
    for _ in range(5):
        assert sandbox.supervisor
        sandbox.supervisor.stock()
        for worker in () if is_dead else sandbox.supervisor.idle:
            monkeypatch.setattr(worker.process, "poll", lambda: None)
        assert kill_workers() > 0
        assert (await run(site, "select 1")).single_value() == 1


@pytest.mark.parametrize(("kills", "answer"), [(2, "done"), (3, "The statement ended the process that ran it")])
async def test_a_statement_whose_worker_was_killed_is_asked_twice_again(
    site: Datasette, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, kills: int, answer: str
) -> None:
    """The statement calls a function of the server, which kills the worker the first times."""
    calls, taken = list[Any](), list[Any]()

    def kill(*call: Any) -> tuple[str, Any]:
        calls.append(call)
        if len(calls) <= kills:
            os.kill(taken[-1].process.pid, signal.SIGKILL)
        return "value", "done"

    def take() -> supervisor.Worker | None:
        taken.append(worker := supervisor.Supervisor.take(sandbox.supervisor))
        return worker

    assert sandbox.supervisor
    sandbox.supervisor.stock()
    monkeypatch.setattr(sandbox.supervisor, "take", take)
    monkeypatch.setattr(sandbox.supervisor, "call", kill)
    try:
        seen = str((await run(site, "select escape_fts('a')")).single_value())
    except sqlite3.OperationalError as error:
        seen = str(error)
    assert seen.startswith(answer)
    assert calls == [("birds", "escape_fts", ("a",))] * 3


@pytest.mark.parametrize("length", [1, 100_000, 400_000])
@pytest.mark.parametrize("watches", [True, False])
async def test_a_reply_is_read_in_the_loop_or_in_a_thread(
    site: Datasette, monkeypatch: pytest.MonkeyPatch, watches: bool, length: int
) -> None:
    """A long one is read in a thread, as is each on Windows, whose loop watches no pipes."""

    def refuse(*_: object) -> None:
        raise NotImplementedError

    if not watches:
        monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", refuse, raising=False)
    sql = f"select printf('%.{length}c', 'x') as x"
    assert [(await run(site, sql)).single_value() for _ in range(3)] == ["x" * length] * 3


@pytest.mark.parametrize(("most", "length"), [(2**31 - 1, 64 * 1024), (AT_ONCE, AT_ONCE)])
def test_a_pipe_is_widened_where_the_system_lets_it(monkeypatch: pytest.MonkeyPatch, most: int, length: int) -> None:
    """No case of the replies above, which come through a narrow pipe too, and later."""
    monkeypatch.setattr(supervisor, "AT_ONCE", most)
    source, target = os.pipe()
    with os.fdopen(source, "rb") as reader, os.fdopen(target, "wb"):
        supervisor.widen(reader)
        assert fcntl.fcntl(reader, fcntl.F_GETPIPE_SZ) == length


async def test_neighbours_of_killed_workers_are_answered(site: Datasette) -> None:
    """Sixty kills while answers of half a megabyte travel; each statement is answered, or refused by name."""
    long = "select printf('%0500000d', 1) as x from (select 1)"
    done, seen, answers = asyncio.Event(), list[str](), asyncio.Queue[str]()

    async def ask() -> None:
        while not done.is_set():
            try:
                answers.put_nowait(str(len((await run(site, long)).single_value())))
            except Exception as error:
                answers.put_nowait(str(error)[:33])

    tasks = [asyncio.create_task(ask()) for _ in range(4)]
    for number in range(60):
        if workers := list_workers():
            os.kill(workers[number % len(workers)], signal.SIGKILL)
        seen += [await answers.get(), await answers.get()]
    done.set()
    await asyncio.gather(*tasks)
    seen += [answers.get_nowait() for _ in range(answers.qsize())]
    assert set(seen) <= {"500000", "The statement ended the process t"}
    assert seen.count("500000") >= 60
    assert (await run(site, "select 1")).single_value() == 1


def test_messages_hold_plain_values_only() -> None:
    pipe = io.BytesIO()
    write_message(pipe, ("result", [1, 1.5, "é", b"\0", None, True]))
    pipe.write((len(body := pickle.dumps(os.getcwd))).to_bytes(8, "little") + body)
    pipe.seek(0)
    assert read_message(pipe) == ("result", [1, 1.5, "é", b"\0", None, True])
    with pytest.raises(pickle.UnpicklingError, match="a message names"):
        read_message(pipe)


@pytest.mark.parametrize("sent", [b"", b"\1", b"\x05\0\0\0\0\0\0\0abc", b"\xff" * 20])
def test_a_message_that_is_not_whole_is_the_end(sent: bytes) -> None:
    with pytest.raises(EOFError):
        read_message(io.BytesIO(sent))
