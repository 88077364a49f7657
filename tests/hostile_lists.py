"""250 bad lists: by hand, and by families from a seed. And what must hold of a build of any of them."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from phenomena.reader.characters import clean

ROOT = Path(__file__).parent.parent
COUNT = 250
SECONDS, MEGABYTES = 10, 500
MAX_BYTES, LINE, LINES = 5_000_000, 19_500, 59_000

HEAD = "# List\n\n## Topic\n\n### Topic: 2023\n\n"
GOOD = "- Good [[paper]](https://example.org/good)\n  - A. Author. *ICLR 2023*\n  - Key Word: One; Two.\n"
DIGEST = "  - <details><summary>Digest</summary> {} </details>\n"
MARK = "[[paper]]"

# What patterns may stumble over: repeated up to a line's length, and over as many lines as a list may have.
TOKENS = (
    *("[", "[[", "[[a](", "[a](b", "[a", "![](", "![](a", "(", "](", "[[a]](x(", "<", "<b>", "</p>", "<details>"),
    *("<details><summary>", "</summary><summary>", "<summary>", "*", "*a", " *a*", " _a", "__a", "**", ".", ". ", ":"),
    *(" and ", " & ", ", ", "; ", "AaBb Cc", "Mac", "a,a,", "Jr., ", "2023 ", "2023)", "Key Word: ", "Digest ", "-"),
    *("- ", "> ", "# ", "1. ", "`", "\\", "&amp;", "\t", "/full", "v1", "n", "%25", "$", "é", "字", "🙂"),
    *("e\u0301", "\u202e"),
)  # fmt: skip
PLACES = {
    "title": "- {} [[paper]](https://example.org/{n})\n",
    "address": "- P{n} [[paper]](https://example.org/{})\n",
    "doi": "- P{n} [[paper]](https://doi.org/10.1000/{})\n",
    "authors": "- P{n} [[paper]](https://example.org/{n})\n  - A {}\n",
    "venue": "- P{n} [[paper]](https://example.org/{n})\n  - A. *{}*\n",
    "keywords": "- P{n} [[paper]](https://example.org/{n})\n  - Key Word: {}.\n",
    "digest": "- P{n} [[paper]](https://example.org/{n})\n" + DIGEST,
    "heading": "### {}\n\n- P{n} [[paper]](https://example.org/{n})\n",
    "line": "{}\n",
}
SPICE = (
    *("\x00", "\x01", "\x1b[31m", "\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\ufeff", "\u2028", "\r", "\t", "\n"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "javascript:alert(1)"),
    *("data:text/html,x", "file:///etc/passwd", "'; drop table papers; --", "]]>", "-->", "<!--", "```", "---"),
    *("===", "\\", "[[", "]](", "🙂", "字" * 50, "a\u0300" * 50, "\U0010ffff", "\ue000", "NaN", "-1e999", "%00"),
    *("::error::x", "=cmd()", "## ", "- "),
)  # fmt: skip
SCHEMES = (
    "javascript:alert(1)",
    "data:text/html,<b>",
    "file:///etc/passwd",
    "ftp://x.org/a",
    "//x.org",
    "vbscript:x",
    "",
)
RAW = (b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", b"\xf5\x80\x80\x80", b"\x80", b"\xe2\x82")


@dataclass(frozen=True)
class Hostile:
    """One bad list; `name` says its family."""

    name: str
    data: bytes


def by_hand() -> Iterator[tuple[str, str | bytes]]:
    """The cases that the families don't reach."""
    entry = "- P{} [[paper]](https://example.org/{})\n"
    yield from (("empty", ""), ("blank", "\n" * 100), ("no papers", "# A\n\nProse.\n"), ("only a mark", "\ufeff"))
    yield from (
        ("NUL", HEAD + "- a\x00b\n" + GOOD),
        ("byte order mark", "\ufeff" + HEAD + GOOD),
        ("UTF-16", GOOD.encode("utf-16")),
    )
    yield from (("100 MB", b"a" * 100_000_000), ("100 MB of lines", b"- a\n" * 25_000_000))
    yield from (("line over the limit", HEAD + "[" * 20_001), ("brackets", HEAD + "- " + "[" * LINE + "\n" + GOOD))
    yield ("bullets on one line", HEAD + "- " * (LINE // 2) + "x\n" + GOOD)
    yield ("lists by indentation", HEAD + "".join(" " * (2 * i % 19_000) + "- x\n" for i in range(LINES)))
    yield ("lists by little indentation", HEAD + "".join(" " * (i % 40) + "- x\n" for i in range(LINES)))
    yield ("quotes on one line", HEAD + "> " * (LINE // 2) + "x\n" + GOOD)
    yield ("too many lines", HEAD + "- a\n" * 1_250_000)
    yield ("minimal entries", HEAD + "".join(entry.format(i, i) for i in range(LINES)))
    yield ("minimal entries apart", HEAD + "- a\n\n" * (LINES // 2))
    yield ("one entry, often", HEAD + "- Same [[paper]](https://example.org/1)\n" * LINES)
    yield (
        "one title, many addresses",
        HEAD + "".join(f"- Same [[paper]](https://example.org/{i})\n" for i in range(LINES)),
    )
    yield ("a topic an entry", "".join(f"## T{i}\n" + entry.format(i, i) for i in range(LINES // 2)))
    yield ("pairs of bullets", HEAD + "- a\n  - b\n" * (LINES // 2))
    yield ("one long digest", HEAD + GOOD + DIGEST.format("\n    ".join(["word " * 3000] * 120)))
    yield ("one long title", HEAD + "- " + "\n  ".join(["word " * 3000] * 120) + "\n")
    yield ("one long heading", HEAD + "\n".join(["word 2023 :" * 1500] * 110) + "\n---\n\n" + GOOD)
    yield ("one long paragraph", HEAD + "\n".join(["word 2023 :" * 1500] * 110) + "\n\n" + GOOD)
    yield (
        "many authors",
        HEAD + f"- P {MARK}(https://example.org)\n  - " + ", ".join(f"A B{i}" for i in range(2400)) + ".\n",
    )
    yield ("only comments", HEAD + "<!--\n" * LINES)
    yield ("open fence", HEAD + GOOD + "```\n" + GOOD * 50)
    yield ("open comment", HEAD + GOOD + "<!--\n" + GOOD * 50)
    yield ("control characters", HEAD + "".join(f"- P\x01{i} {MARK}(https://example.org/{i})\n" for i in range(LINES)))
    yield ("references", HEAD + "[a]: http://x\n" * LINES + "\n" + GOOD)
    yield ("lazy lines", HEAD + GOOD + "lazy\n" * LINES)
    yield (
        "headings out of order",
        "###### Deep\n\n" + GOOD + "# Title\n\n" + GOOD + "### T: 2020\n" + GOOD + "## T\n" + GOOD,
    )
    yield ("missing everything", HEAD + "-\n- \n- [[paper]]\n- [[paper]]()\n- []()\n-  -\n" + GOOD)
    yield ("schemes", HEAD + "".join(f"- P{i} {MARK}({one})\n" for i, one in enumerate(SCHEMES)))


def from_seed(chance: random.Random) -> Iterator[tuple[str, str | bytes]]:
    """Without end, a case of each family in turn."""
    whole = (ROOT / "phenomena.md").read_text("utf-8")
    start = whole.index("## Empirical Study\n")
    lines = whole[start:].splitlines(keepends=True)[:200]
    pairs = [(token, place) for place in PLACES for token in TOKENS]
    chance.shuffle(pairs)
    for token, place in pairs:
        yield f"repeated {token!r} in {place}", repeated(token, place)
        few = lines[: chance.randrange(20, 200)]
        yield "changed", changed(chance, "".join(few))
        yield "shuffled", "".join(chance.sample(few, len(few)))
        yield "cut off", whole.encode()[: chance.randrange(100, len(whole))]
        yield "bad bytes", splice("".join(few).encode(), chance.choice(RAW), chance)
        yield "spiced fields", HEAD + "".join(spiced(chance, number) for number in range(chance.randrange(1, 60)))
        yield (
            "nesting",
            HEAD
            + "".join(
                " " * chance.randrange(12) + chance.choice(("- ", "* ", "1. ", "> ", "")) + line.lstrip(" -")
                for line in few
            ),
        )


def repeated(token: str, place: str) -> str:
    """A list whose lines all hold a token as often as it fits."""
    many = token * (LINE // max(len(token.encode()), len(token)))
    parts, size = [HEAD, GOOD], len(HEAD + GOOD)
    while size < MAX_BYTES - 2 * LINE and len(parts) < 200:
        parts.append(PLACES[place].format(many[: -20 * len(token)] if len(many) > 40 else many, n=len(parts)))
        size += len(parts[-1].encode())
    return "".join(parts)


def changed(chance: random.Random, text: str) -> str:
    """A text with a few characters taken out, doubled or replaced."""
    for _ in range(chance.randrange(1, 40)):
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice(("", text[place] * 2, *SPICE)) + text[place + chance.randrange(3) :]
    return text.replace("\0", "")


def spiced(chance: random.Random, number: int) -> str:
    """An entry with something odd in every field."""
    odd = [chance.choice(SPICE[1:]) for _ in range(6)]
    link = chance.choice((*SCHEMES, "https://example.org/" + odd[5]))
    return (
        f"- P{number} {odd[0]} {MARK}({link})\n  - A {odd[1]}, {odd[2]}. *{odd[3]} 2023*\n"
        f"  - Key Word: {odd[4]}; {odd[5]}.\n" + DIGEST.format(odd[0] + odd[3])
    )


def splice(data: bytes, raw: bytes, chance: random.Random) -> bytes:
    """Bytes that are no UTF-8 put somewhere into some that are."""
    place = chance.randrange(len(data))
    return data[:place] + raw + b"z" + data[place:]


def all_lists(seed: int = 20231) -> list[Hostile]:
    """COUNT bad lists, always the same."""
    found: list[Hostile] = []
    for source in (by_hand(), from_seed(random.Random(seed))):
        for name, text in source:
            if len(found) < COUNT:
                found.append(Hostile(name, text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")))
    return found


def limit() -> None:
    """No more processor time and memory than a list may take; the system ends what takes more."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES * 1_000_000, MEGABYTES * 1_000_000))


def build(hostile: Hostile, folder: Path, before: Callable[[], None] = limit) -> subprocess.CompletedProcess[str]:
    """Build one in a folder of its own, with limits."""
    (folder / "list.md").write_bytes(hostile.data)
    options = ["--database", str(folder / "phenomena.db"), "--metadata", str(folder / "metadata.yml")]
    command = [sys.executable, str(ROOT / "build.py"), str(folder / "list.md"), *options]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, capture_output=True, text=True, preexec_fn=before, env=environment)


def faults(hostile: Hostile, done: subprocess.CompletedProcess[str], folder: Path) -> list[str]:
    """What is wrong with the outcome: none of a clear error without files, or rows that account for every line."""
    if done.returncode == 1:
        clear = re.fullmatch(r"build\.py: .*list\.md.*\n", done.stderr) and not done.stdout
        left = [path.name for path in folder.iterdir() if path.name != "list.md"]
        return [f"unclear: {done.stderr[-300:]}"] * (not clear) + [f"left: {left}"] * bool(left)
    if done.returncode != 0 or done.stderr:
        return [f"ended with {done.returncode}: {done.stderr[-300:]}"]
    with closing(sqlite3.connect(f"file:{folder / 'phenomena.db'}?immutable=1", uri=True)) as database:
        return list(account(hostile.data.decode("utf-8").removeprefix("\ufeff"), database))


def account(text: str, database: sqlite3.Connection) -> Iterator[str]:
    """Lines, entries, links and text that the database does not account for."""
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
            yield f"line {number} is taken for blank: {line[:80]!r}"
        if line.startswith("- ") and MARK in line and statuses[number] == "entry" and number not in known:
            yield f"line {number} is neither an entry nor reported: {line[:80]!r}"
    unlisted = database.execute("SELECT count(*) FROM source WHERE entry_count <> (SELECT count(*) FROM listings)")
    if unlisted.fetchone()[0] or not listed <= {line for line, status in statuses.items() if status == "entry"}:
        yield "listings differ from the entries read"
    if "problem" in statuses.values() and not reported:
        yield "lines are left out in silence"
    yield from doubtful_text(database)


def doubtful_text(database: sqlite3.Connection) -> Iterator[str]:
    """Text that a reader should not meet: control characters, JSON that isn't, links of other schemes in silence."""
    rows = database.execute("SELECT title, digest, authors, keywords, topics FROM papers").fetchall()
    for row in rows:
        if any(clean(value) != value or "\t" in value for value in row if value):
            yield f"control characters in {row[0][:80]!r}"
        if not all(isinstance(json.loads(value), list) for value in row[2:]):
            yield f"no array in {row[0][:80]!r}"
    others = "url <> '' AND url NOT LIKE 'http://%' AND url NOT LIKE 'https://%' AND field = 'title'"
    (links,) = database.execute(f"SELECT count(DISTINCT paper) FROM links WHERE {others}").fetchone()
    told = "SELECT count(*) FROM problems WHERE code = 'not-http-link'"
    if links > database.execute(told).fetchone()[0]:
        yield "links of other schemes are not reported"
