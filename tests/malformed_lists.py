"""250 malformed lists: by hand, and by families from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, islice

from sites import ROOT

COUNT = 250
MAX_BYTES, LINE, LINES = 5_000_000, 19_500, 59_000  # just within the limits of a list

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


ENTRY = "- P{} [[paper]](https://example.org/{})\n"


@dataclass(frozen=True)
class Malformed:
    """One malformed list; `name` says its family. It is made when it is asked for, because some hold 100 MB."""

    name: str
    make: Callable[[], str | bytes]
    seconds: int = 10  # of processor time that a build may take

    @property
    def data(self) -> bytes:
        text = self.make()
        return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


# The cases that the families don't reach, of so many lines where there are many.
BY_HAND: dict[str, Callable[[int], str | bytes]] = {
    "empty": lambda lines: "",
    "blank": lambda lines: "\n" * 100,
    "no papers": lambda lines: "# A\n\nProse.\n",
    "only a mark": lambda lines: "\ufeff",
    "NUL": lambda lines: HEAD + "- a\x00b\n" + GOOD,
    "byte order mark": lambda lines: "\ufeff" + HEAD + GOOD,
    "UTF-16": lambda lines: GOOD.encode("utf-16"),
    "100 MB": lambda lines: b"a" * 100_000_000,
    "100 MB of lines": lambda lines: b"- a\n" * 25_000_000,
    "line over the limit": lambda lines: HEAD + "[" * 20_001,
    "brackets": lambda lines: HEAD + "- " + "[" * LINE + "\n" + GOOD,
    "bullets on one line": lambda lines: HEAD + "- " * (LINE // 2) + "x\n" + GOOD,
    "lists by indentation": lambda lines: HEAD + "".join(" " * (2 * i % 19_000) + "- x\n" for i in range(lines)),
    "lists by little indentation": lambda lines: HEAD + "".join(" " * (i % 40) + "- x\n" for i in range(lines)),
    "quotes on one line": lambda lines: HEAD + "> " * (LINE // 2) + "x\n" + GOOD,
    "too many lines": lambda lines: HEAD + "- a\n" * 1_250_000,
    "minimal entries": lambda lines: HEAD + "".join(ENTRY.format(i, i) for i in range(lines)),
    "minimal entries apart": lambda lines: HEAD + "- a\n\n" * (lines // 2),
    "one entry, often": lambda lines: HEAD + "- Same [[paper]](https://example.org/1)\n" * lines,
    "one title, many addresses": lambda lines: (
        HEAD + "".join(f"- Same [[paper]](https://example.org/{i})\n" for i in range(lines))
    ),
    "a topic an entry": lambda lines: "".join(f"## T{i}\n" + ENTRY.format(i, i) for i in range(lines // 2)),
    "pairs of bullets": lambda lines: HEAD + "- a\n  - b\n" * (lines // 2),
    "one long digest": lambda lines: HEAD + GOOD + DIGEST.format("\n    ".join(["word " * 3000] * 120)),
    "one long title": lambda lines: HEAD + "- " + "\n  ".join(["word " * 3000] * 120) + "\n",
    "one long heading": lambda lines: HEAD + "\n".join(["word 2023 :" * 1500] * 110) + "\n---\n\n" + GOOD,
    "one long paragraph": lambda lines: HEAD + "\n".join(["word 2023 :" * 1500] * 110) + "\n\n" + GOOD,
    "many authors": lambda lines: (
        HEAD + f"- P {MARK}(https://example.org)\n  - " + ", ".join(f"A B{i}" for i in range(2400)) + ".\n"
    ),
    "only comments": lambda lines: HEAD + "<!--\n" * lines,
    "open fence": lambda lines: HEAD + GOOD + "```\n" + GOOD * 50,
    "open comment": lambda lines: HEAD + GOOD + "<!--\n" + GOOD * 50,
    "control characters": lambda lines: (
        HEAD + "".join(f"- P\x01{i} {MARK}(https://example.org/{i})\n" for i in range(lines))
    ),
    "references": lambda lines: HEAD + "[a]: http://x\n" * lines + "\n" + GOOD,
    "lazy lines": lambda lines: HEAD + GOOD + "lazy\n" * lines,
    "headings out of order": lambda lines: (
        "###### Deep\n\n" + GOOD + "# Title\n\n" + GOOD + "### T: 2020\n" + GOOD + "## T\n" + GOOD
    ),
    "missing everything": lambda lines: HEAD + "-\n- \n- [[paper]]\n- [[paper]]()\n- []()\n-  -\n" + GOOD,
    "schemes": lambda lines: HEAD + "".join(f"- P{i} {MARK}({one})\n" for i, one in enumerate(SCHEMES)),
}


@cache
def edition() -> str:
    return (ROOT / "phenomena.md").read_text("utf-8")


def some_lines(chance: random.Random) -> list[str]:
    """The first lines of a section of a real list."""
    start = edition()[edition().index("## Empirical Study\n") :]
    return start.splitlines(keepends=True)[: chance.randrange(20, 200)]


def repeated(token: str, place: str, most: int) -> str:
    """A list whose lines, at most so many, all hold a token as often as it fits."""
    many = token * (LINE // max(len(token.encode()), len(token)))
    parts, size = [HEAD, GOOD], len(HEAD + GOOD)
    while size < MAX_BYTES - 2 * LINE and len(parts) < most:
        parts.append(PLACES[place].format(many[: -20 * len(token)] if len(many) > 40 else many, n=len(parts)))
        size += len(parts[-1].encode())
    return "".join(parts)


def changed(chance: random.Random) -> str:
    """A list with a few characters taken out, doubled or replaced."""
    text = "".join(some_lines(chance))
    for _ in range(chance.randrange(1, 40)):
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice(("", text[place] * 2, *SPICE)) + text[place + chance.randrange(3) :]
    return text.replace("\0", "")


def shuffled(chance: random.Random) -> str:
    """The lines of a list in another order."""
    lines = some_lines(chance)
    return "".join(chance.sample(lines, len(lines)))


def cut_off(chance: random.Random) -> bytes:
    """A list that ends anywhere, even within a character."""
    return edition().encode()[: chance.randrange(100, len(edition()))]


def bad_bytes(chance: random.Random) -> bytes:
    """A list with bytes that are no UTF-8 somewhere in it."""
    data = "".join(some_lines(chance)).encode()
    place = chance.randrange(len(data))
    return data[:place] + chance.choice(RAW) + b"z" + data[place:]


def spiced_fields(chance: random.Random) -> str:
    """Entries with something odd in every field."""
    return HEAD + "".join(spiced(chance, number) for number in range(chance.randrange(1, 60)))


def spiced(chance: random.Random, number: int) -> str:
    odd = [chance.choice(SPICE[1:]) for _ in range(6)]
    link = chance.choice((*SCHEMES, "https://example.org/" + odd[5]))
    return (
        f"- P{number} {odd[0]} {MARK}({link})\n  - A {odd[1]}, {odd[2]}. *{odd[3]} 2023*\n"
        f"  - Key Word: {odd[4]}; {odd[5]}.\n" + DIGEST.format(odd[0] + odd[3])
    )


def nesting(chance: random.Random) -> str:
    """The lines of a list, each at any depth, as any kind of block."""
    kinds = ("- ", "* ", "1. ", "> ", "")
    return HEAD + "".join(
        " " * chance.randrange(12) + chance.choice(kinds) + line.lstrip(" -") for line in some_lines(chance)
    )


FAMILIES = (changed, shuffled, cut_off, bad_bytes, spiced_fields, nesting)


def from_seed(seed: int, most: int) -> Iterator[Malformed]:
    """A list of each family in turn, once for every token in every place."""
    pairs = [(token, place) for place in PLACES for token in TOKENS]
    random.Random(seed).shuffle(pairs)
    for number, (token, place) in enumerate(pairs):
        repeat = partial(repeated, token, place, most)
        yield Malformed(f"repeated {token!r} in {place}", repeat, seconds=max(3, most // 20))
        for family in FAMILIES:
            yield Malformed(family.__name__, partial(from_family, family, f"{family.__name__} {seed} {number}"))


def from_family(family: Callable[[random.Random], str | bytes], seed: str) -> str | bytes:
    return family(random.Random(seed))


def by_hand(lines: int) -> Iterator[Malformed]:
    """A build of fewer lines may take less time, but no less than a third."""
    for name, make in BY_HAND.items():
        yield Malformed(name, partial(make, lines), seconds=max(10 * lines // LINES, 4))


def all_lists(seed: int = 20231, most: int = 200, lines: int = LINES) -> list[Malformed]:
    """COUNT malformed lists, always the same; `most` bounds the lines that repeat a token, `lines` those of others."""
    return list(islice(chain(by_hand(lines), from_seed(seed, most)), COUNT))
