"""Lists of any size that are written as the edition is, for measuring: `python benchmarks/made_lists.py 25000 FILE`.

Lengths (of titles, digests, author and keyword lists) are those of the edition's entries, and so are words and shares
(of venues, of code). Authors, keywords and venues follow Zipf's law over as many names as the edition's own growth
suggests: keywords with the square root of the papers (Heaps' law), authors nearly with their number. All topics have
papers of all years. Same size, same list. `FILE.history.csv` beside it says when each entry came in.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from lists import NESTED, write_list  # noqa: E402

from phenomena.papers.changes import history_path  # noqa: E402
from phenomena.reader.drafts import Entry  # noqa: E402
from phenomena.reader.grammar.links import Link  # noqa: E402
from phenomena.reader.reading import read_list  # noqa: E402
from phenomena.reader.source import read_source  # noqa: E402

SIZES = (254, 2_500, 25_000, 250_000)
YEARS = range(2014, 2027)
WORD = re.compile(r"[A-Za-z]{2,}")
SYLLABLES = [
    "an",
    "bo",
    "chen",
    "da",
    "el",
    "fa",
    "gu",
    "hi",
    "ir",
    "ja",
    "ko",
    "li",
    "ma",
    "no",
    "or",
    "pe",
    "qin",
    "ra",
    "su",
    "ti",
    "um",
    "va",
    "wei",
    "xu",
    "yo",
    "za",
]
EDITION = ROOT / "phenomena.md"


def zipf(names: Sequence[str], exponent: float, source: random.Random) -> Callable[[int], list[str]]:
    """A function that draws so many of the names, each once, the first ones most often."""
    weights = list(accumulate((rank + 3) ** -exponent for rank in range(len(names))))

    def draw(count: int) -> list[str]:
        return list(dict.fromkeys(source.choices(names, cum_weights=weights, k=count)))

    return draw


def invent(count: int, make: Callable[[], str]) -> list[str]:
    """So many different names."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[make()] = None
    return list(names)


def make_entries(count: int) -> Iterator[Entry]:
    """The entries of a list of so many papers, in list order."""
    source = random.Random(count)
    edition = [entry for entry in read_list(read_source(str(EDITION))).entries if entry.digest]
    topics = list(dict.fromkeys(entry.topic for entry in edition if entry.topic))
    words = [word for entry in edition for word in WORD.findall(entry.digest or "")]  # as often as they occur

    def text(length: int) -> str:
        return " ".join(source.choices(words, k=max(length, 3))).capitalize()

    def name(parts: int) -> str:
        return "".join(source.choices(SYLLABLES, k=parts)).capitalize()

    authors = zipf(invent(round(7 * count**0.87), lambda: f"{name(2)} {name(3)}"), 0.75, source)
    known = list(dict.fromkeys(word for entry in edition for word in entry.keywords))
    keywords = zipf(
        [*known, *invent(round(20 * count**0.5), lambda: f"{text(1)} {text(1)}".title())][: round(20 * count**0.5)],
        1.0,
        source,
    )
    venues = zipf(["ICLR", "NeurIPS", "ICML", *invent(20 + count // 500, lambda: name(2))], 1.0, source)
    titles: dict[str, None] = {}
    for number in range(count):
        topic, year = place(number, count, topics)
        model = source.choice(edition)
        title = f"{text(len(model.title.split()))}"
        title = title if title not in titles else f"{title} {number}"
        titles[title] = None
        links = [Link("paper", f"https://arxiv.org/abs/{year % 100}{number % 12 + 1:02}.{number // 12 % 100_000:05}")]
        if any(link.label == "code" for link in model.links):
            links.append(Link("code", f"https://github.com/{name(2).lower()}/{name(3).lower()}"))
        yield Entry(
            line=0,
            topic=topic,
            year=year,
            title=title,
            authors=tuple(authors(len(model.authors))),
            venue=f"{venues(1)[0]} {year}" if model.venue else None,
            keywords=tuple(keywords(len(model.keywords))),
            links=tuple(links),
            digest=f"{text(len((model.digest or '').split()))}.",
        )


def place(number: int, count: int, topics: Sequence[str]) -> tuple[str, int]:
    """Topic and year of an entry: topics one after the other, in each the newest year first."""
    topic, within = divmod(number * len(topics), count)
    return topics[topic], YEARS[-1 - within * len(YEARS) // count]


def write_history(path: Path, entries: Sequence[Entry]) -> None:
    """Say of each entry that it came in during a month of its year."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["date", "revision", "paper", "title", "section", "kind", "field", "old", "new"])
        for number, entry in sorted(enumerate(entries), key=lambda pair: (pair[1].year or 0, pair[0] % 12)):
            key = "arxiv-" + entry.links[0].url.rpartition("/")[2].replace(".", "-")
            date = f"{entry.year}-{number % 12 + 1:02}-01"
            rows.writerow([date, f"{number:07x}", key, entry.title, entry.topic, "added", "", "", ""])


def make_list(count: int, path: Path) -> None:
    """Write a list of so many papers, and its history."""
    entries = list(make_entries(count))
    path.write_text(write_list(entries, NESTED), "utf-8")
    write_history(history_path(path), entries)


if __name__ == "__main__":
    make_list(int(sys.argv[1]), Path(sys.argv[2]))
