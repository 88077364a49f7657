"""Absolute addresses begin with the public one, whatever Host says; without one, no shared cache keeps them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click
import httpx
import pytest
from datasette.app import Datasette
from page_kinds import find_page_kinds
from servers import SERVING

VARIABLE = "PHENOMENA_PUBLIC_URL"
PUBLIC = "https://papers.example.org"
OTHER = {"host": "elsewhere.example:8080"}
MORE = (
    "/phenomena/papers.json?_size=2",
    "/phenomena/papers.csv",
    "/phenomena/papers.bib",
    "/phenomena.json?sql=select+1",
    "/phenomena.csv?sql=select+x'00'+as+a",
    "/-/feed.atom",
    "/-/feed/neural-collapse.atom",
    "/robots.txt",
    "/sitemap.xml",
    "/-/metadata",
)
FILES = {"/static/site.css": "public, max-age=86400", "/phenomena.db": "max-age=1"}


@pytest.fixture(scope="module")
def public(folder: Path) -> Datasette:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, PUBLIC)
        return Datasette(config_dir=folder)


def whole_text(answer: httpx.Response) -> str:
    return f"{answer.headers} {answer.text}"


@pytest.mark.anyio
async def test_every_absolute_address_is_the_public_one(public: Datasette, folder: Path) -> None:
    for path in (*find_page_kinds(folder).values(), *MORE):
        answer = await public.client.get(path, headers=OTHER)
        text = whole_text(answer)
        assert answer.status_code == 200, path
        assert "elsewhere.example" not in text and "://localhost" not in text, path
        assert "private" not in answer.headers.get("cache-control", ""), path
        if answer.headers["content-type"].startswith("text/html"):
            assert PUBLIC in text, path
    assert (
        f"<{PUBLIC}/phenomena/papers.json?"
        in (await public.client.get("/phenomena/papers.json?_size=2", headers=OTHER)).headers["link"]
    )


@pytest.mark.anyio
async def test_without_one_what_holds_the_host_is_for_one_reader(site: Datasette, folder: Path) -> None:
    held = 0
    for path in (*find_page_kinds(folder).values(), *MORE):
        answer = await site.client.get(path, headers=OTHER)
        held += "elsewhere.example" in whole_text(answer)
        kept = answer.headers.get("cache-control", "")
        assert kept == "" or kept.startswith("private, max-age="), path
        assert kept or path.startswith("/-/"), path
    assert held > 30


@pytest.mark.anyio
@pytest.mark.parametrize(("path", "kept"), FILES.items())
async def test_files_are_for_all(site: Datasette, public: Datasette, path: str, kept: str) -> None:
    for one in (site, public):
        assert (await one.client.get(path, headers=OTHER)).headers["cache-control"] == kept


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("papers.example.org", "it must be like https://papers.example.org"),
        ("ftp://papers.example.org", "it must be like https://papers.example.org"),
        ("https://", "it must be like https://papers.example.org"),
        ("https://me:secret@papers.example.org", "it must be like https://papers.example.org"),
        ("https://papers.example.org\\@elsewhere.example", "it must be like https://papers.example.org"),
        ("https://papers.example.org/list/", "its path must be that of the setting base_url, /"),
        ("https://papers.example.org/?a=1", "nothing may follow its path"),
        ("https://papers.example.org/#", "nothing may follow its path"),
    ],
)
def test_an_address_that_is_none_ends_the_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv(VARIABLE, address)
    with pytest.raises(click.ClickException) as caught:
        Datasette(config_dir=folder)
    assert caught.value.message == f"{VARIABLE} is {address!r}: {words}"


def test_the_command_says_so_in_one_line(folder: Path) -> None:
    command = [str(SERVING.with_name("datasette")), ".", "--get", "/"]
    run = subprocess.run(
        command, cwd=folder, env={**os.environ, VARIABLE: "papers.example.org"}, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"Error: {VARIABLE} is 'papers.example.org': it must be like https://papers.example.org\n"


@pytest.mark.anyio
async def test_readers_of_other_origins_may_see_when_to_come_again(site: Datasette) -> None:
    exposed = (await site.client.get("/phenomena/papers.json?_size=1")).headers["access-control-expose-headers"]
    assert exposed == "Link, ETag, Content-Disposition, Retry-After, Accept-Ranges, Content-Range, Repr-Digest"
