"""A CSV for spreadsheets is made of the raw one while that comes, wherever its pieces are cut."""

from __future__ import annotations

import csv
import io
from itertools import pairwise
from typing import Any

import pytest
from datasette.app import Datasette
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.anyio
RAW = 'a,b\r\n=1,"x ""é"",\r\n=y"\r\n"""",\r\n"","\n"\r\n-1,"""="""\r\n'
SAFE = '\ufeff"a","b"\r\n"\'=1","x ""é"",\r\n=y"\r\n"""",""\r\n"","\'\n"\r\n"-1","""="""\r\n'
NO_WORDS = "The parameter `q` is missing: words to look for. Give it as in /phenomena/search.sheet?q=grokking\n"
UNDER_WAY = {"cookie": "a=b"}  # to whom nothing is given from memory, so the whole way is gone


@pytest.fixture(scope="module")
def sheet(site: Datasette) -> Any:
    """The class that makes a sheet of pieces."""
    return site.renderers["sheet"][0].asgi_send.__globals__["Sheet"]


def make(sheet: Any, pieces: list[bytes]) -> str:
    """The sheet of some pieces. What is given of each is of whole records."""
    making = sheet()
    given = [making.add(piece, number == len(pieces)) for number, piece in enumerate(pieces, 1)]
    assert all(piece.endswith(b"\r\n") for piece in given[:-1] if piece)
    return b"".join(given).decode()


def test_a_sheet_is_the_same_wherever_its_csv_is_cut(sheet: Any) -> None:
    """Within quotes, before and between doubled ones, within the two bytes of a letter, within a line end."""
    raw = RAW.encode()
    assert [make(sheet, [raw[:cut], raw[cut:]]) for cut in range(len(raw) + 1)] == [SAFE] * (len(raw) + 1)
    assert make(sheet, [raw[place : place + 1] for place in range(len(raw))]) == SAFE
    assert make(sheet, [raw, b""]) == SAFE


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.text('"\r\n,=é x', max_size=4), min_size=2, max_size=2), min_size=1, max_size=6),
    st.lists(st.integers(0, 80), max_size=6),
)
def test_any_rows_in_any_pieces_are_read_back_with_their_apostrophes(
    sheet: Any, rows: list[list[str]], cuts: list[int]
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    raw, places = text.getvalue().encode(), [0, *sorted(cuts), None]
    pieces = [raw[start:end] for start, end in pairwise(places)]
    begins = [[cell.strip()[:1] == "=" or cell[:1] in ("\r", "\n") for cell in row] for row in rows]
    made = list(csv.reader(io.StringIO(make(sheet, pieces).removeprefix("\ufeff"), newline="")))
    assert made == [
        ["'" * begin + cell for begin, cell in zip(*pair, strict=True)] for pair in zip(begins, rows, strict=True)
    ]


def test_records_leave_as_soon_as_they_are_whole(sheet: Any) -> None:
    making = sheet()
    pieces = [b"a\r\nb\r", b"\n", b'"c\r\n', b"d\r\n", b'"', b"\r\n", b"e"]
    given = [making.add(piece, is_last=False) for piece in pieces]
    assert given == [b'\xef\xbb\xbf"a"\r\n', b'"b"\r\n', b"", b"", b"", b'"c\r\nd\r\n"\r\n', b""]


def test_a_cell_of_very_many_lines_comes_in_very_many_pieces(sheet: Any) -> None:
    """Work that grew with the square of either would take minutes."""
    cell = b"x\n" * 500_000
    raw = b'a\r\n"' + cell + b'"\r\n1\r\n'
    made = make(sheet, [raw[start : start + 500] for start in range(0, len(raw), 500)])
    assert made == '\ufeff"a"\r\n"' + cell.decode() + '"\r\n"1"\r\n'


async def send(site: Datasette, address: str, headers: dict[str, str]) -> list[Any]:
    """The messages of an answer."""
    path, _, query = address.partition("?")
    sent: list[Any] = []

    async def keep(message: Any) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": pairs}
    await site.app()({**scope, "query_string": query.encode(), "scheme": "http"}, None, keep)
    return sent


@pytest.mark.parametrize("path", ["papers.sheet", "screening.sheet", "papers.sheet?_where=1"])
async def test_a_sheet_leaves_in_pieces(site: Datasette, path: str) -> None:
    """None is much longer than what is converted at once, and each ends where a row does."""
    start, *pieces = await send(site, f"/phenomena/{path}", UNDER_WAY)
    assert (start["status"], dict(start["headers"])[b"cache-control"]) == (200, b"private, no-store")
    bodies = [piece["body"] for piece in pieces]
    assert [piece["more_body"] for piece in pieces] == [True] * (len(pieces) - 1) + [False]
    assert len(bodies) > 5 and max(map(len, bodies)) < 100_000
    assert b"".join(bodies) == (await site.client.get(f"/phenomena/{path}")).content


async def test_a_result_that_is_made_at_once_is_converted_in_pieces_too(site: Datasette) -> None:
    sql = "select+digest+from+papers+limit+500"
    _, *pieces = await send(site, f"/phenomena.sheet?sql={sql}", UNDER_WAY)
    raw = (await site.client.get(f"/phenomena.csv?sql={sql}")).text
    made = b"".join(piece["body"] for piece in pieces).decode("utf-8-sig")
    assert len(pieces) > 2
    assert list(csv.reader(io.StringIO(made, newline=""))) == list(csv.reader(io.StringIO(raw, newline="")))


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("papers.sheet?_size=abc", 400, "_size must be a positive integer\n"),
        ("papers.sheet?_where=nonsense", 400, "no such column: nonsense\n"),
        ("papers.sheet?_stream=on", 400, "_stream has no effect in .sheet; leave it out. It works in .csv.\n"),
        ("search.sheet?q=", 400, NO_WORDS),
        ("papers/nothing.sheet", 404, "Record not found\n"),
        ("papers.sheet?_filter_column=year&_filter_op=gt&_filter_value=2020", 302, ""),
    ],
)  # fmt: skip
async def test_what_is_no_sheet_is_answered_as_for_any_format(
    site: Datasette, path: str, status: int, words: str
) -> None:
    answer = await site.client.get(f"/phenomena/{path}")
    assert (answer.status_code, answer.text) == (status, words)
    assert answer.headers.get("location") == ("/phenomena/papers.sheet?year__gt=2020" if status == 302 else None)
    assert not {"etag", "content-disposition"} & set(answer.headers)
    assert status == 302 or answer.headers["content-type"] == "text/plain; charset=utf-8"
