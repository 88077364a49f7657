"""The files of the archive by address: its bytes, whole or in ranges, for what reads Parquet and Croissant.

What the archive holds is tested in test_bundle.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import urllib.request
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from datasette.app import Datasette
from page_kinds import fetch
from sites import open_site

PARQUET, CSV = "/data/parquet/papers.parquet", "/data/csv/papers.csv"


@pytest.fixture(scope="module")
def archive(short: Path) -> Path:
    (path,) = (short / "dist").iterdir()
    return path


@pytest.fixture(scope="module")
def contents(archive: Path) -> dict[str, bytes]:
    """Path to bytes of the files in the archive."""
    with ZipFile(archive) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture(scope="module")
def address(short: Path, serve: Callable[[Path], str]) -> str:
    return serve(short)


@pytest.fixture
def broken(short: Path, tmp_path: Path) -> Path:
    """A copy of the site, to spoil its archive."""
    shutil.copytree(short, tmp_path / "site", symlinks=True)
    return tmp_path / "site"


@pytest.mark.anyio
async def test_every_file_is_sent_as_it_is_with_its_checksum(short_site: Datasette, contents: dict[str, bytes]) -> None:
    names, gzip = contents.keys() - {"croissant.json"}, {"accept-encoding": "gzip"}
    answers = {name: await short_site.client.get(f"/data/{name}", headers=gzip) for name in names}
    assert {name: answer.content for name, answer in answers.items()} | {
        "croissant.json": contents["croissant.json"]
    } == contents
    digests = {name: base64.b64encode(hashlib.sha256(answer.content).digest()) for name, answer in answers.items()}
    found = {name: answer.headers["repr-digest"] for name, answer in answers.items()}
    assert found == {name: f"sha-256=:{digest.decode()}:" for name, digest in digests.items()}
    assert {answer.headers.get("content-encoding") for answer in answers.values()} == {None}  # though gzip is accepted
    assert len({answer.headers["etag"] for answer in answers.values()}) == len(answers)


@pytest.mark.anyio
async def test_the_archive_is_sent_under_the_name_of_its_rows(short_site: Datasette, archive: Path) -> None:
    answer = await short_site.client.get("/data/phenomena.zip")
    assert (answer.content, answer.headers["content-type"]) == (archive.read_bytes(), "application/zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="{archive.name}"'


@pytest.mark.anyio
@pytest.mark.parametrize("path", [PARQUET, "/data/phenomena.zip", "/phenomena.db"])
@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-4099", 100, 4_100),
        ("bytes=-8", -8, None),
        ("bytes=7-999999999999", 7, None),
        ("bytes=-999999999999", 0, None),
    ],
)
async def test_a_range(short_site: Datasette, path: str, asked: str, start: int, stop: int | None) -> None:
    whole = await short_site.client.get(path, headers={"accept-encoding": "identity"})
    answer = await short_site.client.get(path, headers={"range": asked})
    size, places = len(whole.content), range(len(whole.content))[start:stop]
    assert (answer.status_code, answer.content) == (206, whole.content[start:stop])
    assert answer.headers["content-range"] == f"bytes {places[0]}-{places[-1]}/{size}"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert (answer.headers["etag"], answer.headers["accept-ranges"]) == (whole.headers["etag"], "bytes")
    assert not answer.headers["etag"].startswith("W/")


@pytest.mark.anyio
@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=5-3", "bytes=-", "bytes=a-b", "lines=0-1", "bytes 0-1"])
async def test_of_what_is_no_single_range_the_whole_is_the_answer(short_site: Datasette, asked: str) -> None:
    whole, answer = await short_site.client.get(PARQUET), await short_site.client.get(PARQUET, headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, whole.content)
    assert "content-range" not in answer.headers


@pytest.mark.anyio
@pytest.mark.parametrize("asked", ["bytes=999999999999-", "bytes=-0"])
async def test_a_range_beyond_the_file_is_refused(short_site: Datasette, asked: str) -> None:
    size = (await short_site.client.head(PARQUET)).headers["content-length"]
    answer = await short_site.client.get(PARQUET, headers={"range": asked})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (416, b"", f"bytes */{size}")


@pytest.mark.anyio
async def test_what_is_packed_in_the_archive_has_no_ranges(short_site: Datasette, contents: dict[str, bytes]) -> None:
    answer = await short_site.client.get(CSV, headers={"range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, contents["csv/papers.csv"])
    assert "accept-ranges" not in answer.headers


@pytest.mark.anyio
async def test_a_range_is_of_the_edition_that_its_reader_has(short_site: Datasette) -> None:
    tag = (await short_site.client.head(PARQUET)).headers["etag"]
    given = {"same": tag, "weak": f"W/{tag}", "other": '"0"', "a date": "Sun, 29 Nov 2026 10:00:00 GMT"}
    found = {}
    for name, value in given.items():
        answer = await short_site.client.get(PARQUET, headers={"range": "bytes=0-3", "if-range": value})
        found[name] = answer.status_code
    assert found == {"same": 206, "weak": 200, "other": 200, "a date": 200}
    again = await short_site.client.get(PARQUET, headers={"range": "bytes=0-3", "if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.anyio
@pytest.mark.parametrize("path", [PARQUET, CSV, "/data/phenomena.zip"])
async def test_head_says_how_long_the_whole_is(short_site: Datasette, path: str) -> None:
    head = await short_site.client.head(path, headers={"range": "bytes=0-3"})
    whole = await short_site.client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))


@pytest.mark.anyio
async def test_the_front_page_names_the_files(short_site: Datasette, contents: dict[str, bytes]) -> None:
    page = (await short_site.client.get("/")).text
    described = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    offered = {one["name"]: one for one in described["distribution"] if "sha256" in one}
    parquet = ["parquet/papers.parquet", "parquet/listings.parquet"]
    assert list(offered) == ["phenomena.zip", *parquet, "croissant.json", "datapackage.json"]
    for one in offered.values():
        answer = await short_site.client.get(one["contentUrl"].removeprefix("http://localhost"))
        assert hashlib.sha256(answer.content).hexdigest() == one["sha256"]
        assert answer.headers["content-type"].split(";")[0] == one["encodingFormat"]
    assert 'href="/data"' in page


@pytest.mark.anyio
async def test_the_page_links_every_file(short_site: Datasette, contents: dict[str, bytes]) -> None:
    page = (await short_site.client.get("/data")).text
    assert [name for name in ["phenomena.zip", *contents] if f'href="/data/{name}"' not in page] == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/data/nothing.csv", 404),
        ("/data/csv/../../metadata.yml", 404),
        ("/data/csv", 404),
        ("/data?_size=5", 400),
        (f"{PARQUET}?year=2020", 400),
    ],
)
async def test_what_is_refused(short_site: Datasette, path: str, status: int) -> None:
    assert (await short_site.client.get(path)).status_code == status


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/data", PARQUET, "/data/phenomena.zip"])
async def test_a_site_without_an_archive_offers_none(site: Datasette, path: str) -> None:
    assert (await site.client.get(path)).status_code == 404
    assert 'href="/data' not in (await site.client.get("/")).text


def spoil_zip(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def spoil_database(path: Path) -> None:
    """Write an archive of another database."""
    with ZipFile(path) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    contents["SHA256SUMS"] = contents["SHA256SUMS"].replace(b"  phenomena.db", b"0  phenomena.db")
    with ZipFile(path, "w") as new:
        for name, content in contents.items():
            new.writestr(name, content)


def empty(path: Path) -> None:
    with ZipFile(path, "w") as new:
        new.writestr("README.md", "")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_zip, "can't be read (File is not a zip file)"),
        (spoil_database, "holds another phenomena.db than the one that is published"),
        (empty, "can't be read (\"There is no item named 'SHA256SUMS' in the archive\")"),
    ],
)
async def test_an_archive_that_is_not_the_site_s_is_not_offered(
    broken: Path, spoil: Callable[[Path], None], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = (broken / "dist").iterdir()
    spoil(path)
    assert (await open_site(broken).client.get("/data")).status_code == 404
    assert capsys.readouterr().err == f"{path}: {reason}, so it is not offered; run `python build.py --bundle dist`\n"


@pytest.mark.anyio
async def test_an_archive_of_other_rows_is_none_of_the_site_s(broken: Path) -> None:
    (path,) = (broken / "dist").iterdir()
    path.rename(path.with_name("phenomena-000000000000.zip"))
    assert (await open_site(broken).client.get("/data")).status_code == 404


@pytest.mark.anyio
async def test_the_archive_stays_what_it_was_when_another_takes_its_place(broken: Path) -> None:
    (path,) = (broken / "dist").iterdir()
    site = open_site(broken)
    before = [(await site.client.get(one)).content for one in (PARQUET, CSV, "/data/phenomena.zip")]
    path.unlink()
    path.write_bytes(b"")
    assert [(await site.client.get(one)).content for one in (PARQUET, CSV, "/data/phenomena.zip")] == before


class Remote(io.RawIOBase):
    """A file by address, of which only what is read is fetched."""

    def __init__(self, address: str) -> None:
        self.address, self.place = address, 0
        with urllib.request.urlopen(urllib.request.Request(address, method="HEAD")) as answer:
            self.size = int(answer.headers["content-length"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        return self.place

    def read(self, size: int = -1) -> bytes:
        last = self.size if size < 0 else self.place + size
        headers = {"Range": f"bytes={self.place}-{last - 1}"}
        with urllib.request.urlopen(urllib.request.Request(self.address, headers=headers)) as answer:
            assert answer.status == 206
            data: bytes = answer.read()
        self.place += len(data)
        return data


def test_a_column_of_parquet_is_read_by_ranges(short: Path, address: str) -> None:
    years = pq.ParquetFile(Remote(address + PARQUET)).read(columns=["year"]).column("year").to_pylist()
    assert years == [row["year"] for row in fetch(short, "select year from papers order by rowid")]


def test_pandas_reads_parquet_by_address(short: Path, address: str) -> None:
    """By the lines that the page shows."""
    page = urllib.request.urlopen(f"{address}/data").read().decode()
    lines = unescape(page[page.index("import pandas") :].split("</pre>")[0])
    names: dict[str, Any] = {}
    exec(lines, names)
    assert list(names["papers"].title) == [
        row["title"] for row in fetch(short, "select title from papers order by rowid")
    ]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # in mlcroissant's own code
def test_croissant_is_read_by_address(
    short: Path, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlcroissant._src.core import constants  # here, because all workers import all tests, and this takes long

    monkeypatch.setattr(constants, "DOWNLOAD_PATH", type(constants.DOWNLOAD_PATH)(tmp_path))  # it keeps downloads
