"""The downloads that a page offers, followed and counted: each holds as many rows as the page states."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from datasette.app import Datasette
from page_reading import attributes, texts
from selectolax.lexbor import LexborHTMLParser

# Of each site, by address, how many rows a download holds and how many papers they name, where it was counted before.
HELD: WeakKeyDictionary[Datasette, dict[str, tuple[int, int]]] = WeakKeyDictionary()
STATED = re.compile(r"Download (?:all ([\d,]+)|this) (paper|row)s? as", re.IGNORECASE)
ROWS, CITATIONS = ("json", "csv", "sheet"), ("bib", "ris", "csl")


def count_held(path: str, text: str) -> int:
    """How many rows or records a download holds."""
    ending = path.rpartition(".")[2]
    if ending in ("csv", "sheet"):
        return len(list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))) - 1
    if ending in ("json", "csl"):
        return len(json.loads(text))
    return len(re.findall({"bib": "^@", "ris": "^ER  - "}[ending], text, re.MULTILINE))


def find_addresses(page: LexborHTMLParser, choice: int | None = None) -> set[str]:
    """The addresses of all links that download, and of all snippets; of one choice of downloads, those of its links."""
    if choice is not None:
        return {link.attributes["href"] or "" for link in page.css(".export-links")[choice].css("a")}
    found = attributes(page, ".export-links a, .take a", "href")
    for snippet in texts(page, "pre[id^=take-]"):
        found += re.findall(r"http://localhost/[^\"' ]+", snippet)
    paths = {address.removeprefix("http://localhost") for address in found}
    return {path for path in paths if urlsplit(path).path.rpartition(".")[2] in (*ROWS, *CITATIONS)}


def read_stated(words: str) -> tuple[int, str]:
    """How many rows or papers a choice of downloads says that it holds, and which of the two."""
    match = STATED.search(words)
    assert match, words
    return int((match[1] or "1").replace(",", "")), match[2]


def count_stated(page: LexborHTMLParser) -> int:
    """How many rows a page says that its downloads hold; its heading says the same."""
    [words] = texts(page, ".export-links")
    stated, _ = read_stated(words)
    for heading in texts(page, "p[role=status] strong"):
        assert heading.split(" of ")[-1].split()[0] == f"{stated:,}"
    return stated


async def count_papers(site: Datasette, page: LexborHTMLParser, noun: str, stated: int) -> int:
    """How many papers citations must hold: those stated, those that the rows name, each once, or those of a topic."""
    if noun == "paper":
        return stated
    if page.css("#papers"):
        return int(texts(page, "#papers")[0].split()[0])
    [json_link] = [link for link in attributes(page, ".export-links a", "href") if ".json" in link]
    return (await fetch_counts(site, json_link))[1]


def count_named(text: str) -> int:
    """How many papers the rows of a JSON array name, each once."""
    keys = [row.get("paper", row.get("id")) for row in json.loads(text)]
    return len({key["value"] if isinstance(key, dict) else key for key in keys} - {None})


async def fetch_counts(site: Datasette, address: str) -> tuple[int, int]:
    """How many rows or records an address gives, and how many papers its JSON names; each address is asked for once."""
    held = HELD.setdefault(site, {})
    if address not in held:
        answer, path = await site.client.get(address), urlsplit(address).path
        assert answer.status_code == 200, (address, answer.text[:200])
        held[address] = count_held(path, answer.text), count_named(answer.text) if path.endswith(".json") else 0
    return held[address]


async def check_downloads(site: Datasette, page: LexborHTMLParser) -> int:
    """Follow all downloads of a page; gives how many there were. A topic has those of its papers and of its row."""
    choices = texts(page, ".export-links")
    if len(choices) == 1:
        assert count_stated(page) == read_stated(choices[0])[0]
        return await check_choice(site, page, choices[0], find_addresses(page))
    return sum([await check_choice(site, page, one, find_addresses(page, n)) for n, one in enumerate(choices)])


async def check_choice(site: Datasette, page: LexborHTMLParser, words: str, addresses: set[str]) -> int:
    """Follow the downloads of one choice; gives how many there were."""
    stated, noun = read_stated(words)
    is_cited = any(".bib" in one for one in addresses)
    papers = await count_papers(site, page, noun.lower(), stated) if is_cited else 0
    for address in sorted(addresses):
        expected = papers if urlsplit(address).path.endswith(CITATIONS) else stated
        assert (await fetch_counts(site, address))[0] == expected, address
    endings = {urlsplit(address).path.rpartition(".")[2] for address in addresses}
    assert endings in ({*ROWS}, {*ROWS, *CITATIONS}), endings
    return len(addresses)
