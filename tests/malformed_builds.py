"""A build of any malformed list, within limits, and what must hold for its outcome."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from builds import Forked, run_forked
from malformed_lists import MARK, Malformed
from sites import ROOT

from phenomena.reader.characters import clean

MEGABYTES = 500


def build(forked: Forked, malformed: Malformed, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build one in its own folder, with limits on processor time and memory."""
    (folder / "list.md").write_bytes(malformed.data)
    options = ["--database", str(folder / "phenomena.db"), "--metadata", str(folder / "metadata.yml")]
    command = [str(ROOT / "build.py"), str(folder / "list.md"), *options]
    limits = {"RLIMIT_CPU": malformed.seconds, "RLIMIT_DATA": MEGABYTES * 1_000_000}
    return run_forked(forked, folder, command, limits)


def faults(done: subprocess.CompletedProcess[str], folder: Path) -> list[str]:
    """What is wrong with the outcome: it must be a clear error without files, or rows that account for every line."""
    if done.returncode == 1:
        clear = re.fullmatch(r"build\.py: .*list\.md.*\n", done.stderr) and not done.stdout
        left = [path.name for path in folder.iterdir() if path.name != "list.md"]
        return [f"unclear: {done.stderr[-300:]}"] * (not clear) + [f"left: {left}"] * bool(left)
    if done.returncode != 0 or done.stderr:
        return [f"ended with {done.returncode}: {done.stderr[-300:]}"]
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?immutable=1", uri=True)) as database:
        return list(account((folder / "list.md").read_bytes().decode("utf-8").removeprefix("\ufeff"), database))


def account(text: str, database: sqlite3.Connection) -> Iterator[str]:
    """Lines, entries, links and text that the database doesn't account for."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    statuses = dict(database.execute("SELECT line, status FROM source_lines ORDER BY line"))
    listed = {line for (line,) in database.execute("SELECT line FROM listings")}
    reported = {line for (line,) in database.execute("SELECT line FROM problems")}
    known = listed | reported
    if list(statuses) != list(range(1, len(lines) + 1)):
        yield f"{len(lines)} lines, {len(statuses)} statuses"
    for number, line in enumerate(lines, 1):
        if any(map(str.isalnum, line)) and statuses[number] == "blank":
            yield f"line {number} is read as blank: {line[:80]!r}"
        if line.startswith("- ") and MARK in line and statuses[number] == "entry" and number not in known:
            yield f"line {number} is neither an entry nor reported: {line[:80]!r}"
    unlisted = database.execute("SELECT count(*) FROM source WHERE entry_count <> (SELECT count(*) FROM listings)")
    if unlisted.fetchone()[0] or not listed <= {line for line, status in statuses.items() if status == "entry"}:
        yield "listings differ from the entries read"
    if "problem" in statuses.values() and not reported:
        yield "lines are left out without a problem"
    yield from doubtful_text(database)


def doubtful_text(database: sqlite3.Connection) -> Iterator[str]:
    """Text that a reader should not see: control characters, invalid JSON, unreported links of other schemes."""
    rows = database.execute("SELECT title, digest, authors, keywords, topics FROM papers").fetchall()
    for row in rows:
        if any(clean(value) != value or "\t" in value for value in row if value):
            yield f"control characters in {row[0][:80]!r}"
        if not all(isinstance(json.loads(value), list) for value in row[2:]):
            yield f"no array in {row[0][:80]!r}"
    others = "url <> '' AND url NOT LIKE 'http://%' AND url NOT LIKE 'https://%' AND field = 'title'"
    (links,) = database.execute(f"SELECT count(DISTINCT paper) FROM links WHERE {others}").fetchone()
    reported = "SELECT count(*) FROM problems WHERE code = 'not-http-link'"
    if links > database.execute(reported).fetchone()[0]:
        yield "links of other schemes are not reported"
