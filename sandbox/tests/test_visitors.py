"""Which requests bring SQL, which are large, and which are refused before Datasette sees them."""

from __future__ import annotations

import pytest
from datasette.utils import MultiParams
from datasette_sandbox.sandbox import Sandbox
from datasette_sandbox.visitors import BOUND, brings_sql, find_fault, read_extension

FORMATS = {"json", "bib"}


def ask(**arguments: str) -> MultiParams:
    return MultiParams({name: [value] for name, value in arguments.items()})


@pytest.mark.parametrize(
    ("names", "is_sql"),
    [
        ([], False),
        (["_sort", "_size", "name", "weight__gt", "_egg__isnull"], False),
        (["_search", "_search_name"], False),
        (["_filter_column_12", "_filter_op", "_filter_value_1"], False),
        (["sql"], True),
        (["_where"], True),
        (["_search", "_searchmode"], True),
        (["_fts_table"], True),
        (["_fts_pk"], True),
        (["_extra"], True),
        (["_nobody_thought_of_this"], True),
        (["_filter_column_x"], True),
        (["_"], True),
    ],
)
def test_an_unknown_parameter_makes_statements_the_visitors(names: list[str], is_sql: bool) -> None:
    assert brings_sql(names, BOUND) is is_sql


def test_a_search_that_takes_raw_queries_is_not_known_to_be_bound() -> None:
    assert brings_sql(["_search"], BOUND - {"_search"})
    assert brings_sql(["_search_name"], BOUND - {"_search"})


@pytest.mark.parametrize(
    ("path", "arguments", "values", "megabytes"),
    [
        ("/birds", {"sql": "select 1"}, 30_000, 2),
        ("/birds.unknown", {"sql": "select 1"}, 30_000, 2),
        ("/birds.json", {"sql": "select 1"}, 200_000, 4),
        ("/birds.json", {"sql": "select 1", "_json": "a"}, 200_000, 1),
        ("/birds/birds.csv", {"_where": "1"}, 200_000, 4),
    ],
)
def test_a_page_may_have_less_than_data(path: str, arguments: dict[str, str], values: int, megabytes: int) -> None:
    sandbox = Sandbox()
    visit = sandbox.read_visit("here", path, ask(**arguments), read_extension(path, FORMATS))
    assert (visit.queue, visit.is_sandboxed) == (sandbox.queue, True)
    assert (visit.most_values, visit.megabytes) == (values, megabytes)


@pytest.mark.parametrize(
    ("path", "arguments", "is_large"),
    [
        ("/birds/birds", {}, False),
        ("/birds/birds.json", {}, False),
        ("/birds/birds.json", {"_size": "1000"}, False),
        ("/birds/birds.json", {"_size": "1001"}, True),
        ("/birds/birds.json", {"_size": "max"}, True),
        ("/birds/birds.json", {"_size": "many"}, False),
        ("/birds/birds.csv", {}, True),
        ("/birds/birds.bib", {"_stream": "on"}, True),
    ],
)
def test_large_answers_wait_in_a_queue_of_their_own(path: str, arguments: dict[str, str], is_large: bool) -> None:
    sandbox = Sandbox()
    visit = sandbox.read_visit("here", path, ask(**arguments), read_extension(path, FORMATS))
    assert (visit.queue, visit.is_sandboxed) == (sandbox.large_queue if is_large else None, False)


@pytest.mark.parametrize(
    ("path", "arguments", "reason"),
    [
        ("/birds", {"sql": "/* */ " * 100 + "select 1"}, None),
        ("/birds", {"sql": "/* */ " * 101 + "select 1"}, "A statement may have at most 100 comments"),
        ("/birds.json", {"sql": "select 1 " + "/*" * 101}, "A statement may have at most 100 comments"),
        ("/birds", {"sql": "/**/" + " " * 99 + "select 1"}, None),
        ("/birds", {"sql": "/**/" + "\n" * 100 + "select 1"}, "A statement may have at most 100 comments"),
        ("/birds", {"sql": "/**/--\n" + " " * 99 + "select 1"}, None),
        ("/birds", {"sql": "/**/--\n" + " " * 100 + "select 1"}, "A statement may have at most 100 comments"),
        ("/birds", {"sql": "select 1,\n" + " " * 100 + "2"}, None),
        ("/birds", {f"p{number}": "1" for number in range(100)}, None),
        ("/birds", {f"p{number}": "1" for number in range(101)}, "An address may have at most 100 parameters"),
        ("/birds/birds", {"_size": "1000"}, None),
        ("/birds/birds", {"_size": "1001"}, "A page shows 1,000 rows at most"),
        ("/birds/birds", {"_size": "5_000"}, "A page shows 1,000 rows at most"),
        ("/birds/birds.html", {"_size": "max"}, "A page shows 1,000 rows at most"),
        ("/birds/birds.unknown", {"_size": "max"}, "A page shows 1,000 rows at most"),
        ("/birds/birds", {"_size": "max"}, "A page shows 1,000 rows at most"),
        ("/birds/birds.json", {"_size": "max"}, None),
    ],
)
def test_what_would_stall_the_server_is_refused(path: str, arguments: dict[str, str], reason: str | None) -> None:
    fault = find_fault(ask(**arguments), read_extension(path, FORMATS))
    assert (fault or "None").startswith(str(reason))
