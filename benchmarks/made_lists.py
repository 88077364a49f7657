"""Lists of any size that are written as the edition is, for measuring: `python benchmarks/made_lists.py 25000 FILE`.

An entry is modelled on one of the edition, under the same topic: as many words in title and digest, as many authors and
keywords, a venue or none, code or none. Topics and years have the edition's shares of the papers. Names follow Zipf's
law over as many as the edition's own growth suggests (Heaps' law), so the most frequent keep their share. Words are the
edition's, and some that only long lists have. Same size, same list. `FILE.history.csv` says when each entry came in.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from lists import NESTED, write_list  # noqa: E402

from phenomena.papers.changes import history_path  # noqa: E402
from phenomena.papers.venues import split_venue  # noqa: E402
from phenomena.reader.drafts import Entry  # noqa: E402
from phenomena.reader.grammar.links import Link  # noqa: E402
from phenomena.reader.reading import read_list  # noqa: E402
from phenomena.reader.source import read_source  # noqa: E402

WORD = re.compile(r"[A-Za-z]{2,}")
SYLLABLES = (
    *("an", "bo", "chen", "da", "el", "fa", "gu", "hi", "ir", "ja", "ko", "li", "ma"),
    *("no", "or", "pe", "qin", "ra", "su", "ti", "um", "va", "wei", "xu", "yo", "za"),
)
EDITION = ROOT / "phenomena.md"
OWN_KEYWORD, NEW_VENUE, NEW_WORD = 0.5, 0.03, 0.03  # shares

T = TypeVar("T")
Draw = Callable[[int], list[str]]


def zipf(names: Sequence[str], exponent: float, offset: int, source: random.Random) -> Draw:
    """A function that draws so many of the names, each once, the first ones most often."""
    weights = list(accumulate((rank + offset) ** -exponent for rank in range(len(names))))

    def draw(count: int) -> list[str]:
        return list(dict.fromkeys(source.choices(names, cum_weights=weights, k=count)))

    return draw


def invent(count: int, make: Callable[[], str]) -> list[str]:
    """So many different names."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[make()] = None
    return list(names)


class Maker:
    """Makes entries from those of the edition; the same ones for the same size."""

    def __init__(self, count: int) -> None:
        self.count, self.source = count, random.Random(count)
        self.edition = [entry for entry in read_list(read_source(str(EDITION))).entries if entry.digest]
        self.words = [word for entry in self.edition for word in WORD.findall(entry.digest or "")]  # as often as there
        self.rare = zipf(invent(round(30 * count**0.5), lambda: self.name(4).lower()), 1.0, 3, self.source)
        names = invent(round(7 * count**0.87), lambda: f"{self.name(2)} {self.name(3)}")
        self.authors = zipf(names, 0.75, 30, self.source)
        known = [word for word, _ in Counter(word for entry in self.edition for word in entry.keywords).most_common()]
        most = round(8 * count**0.65)
        keywords = [*known, *invent(most, lambda: f"{self.text(1)} {self.text(1)}".title())][:most]
        self.keywords = zipf(keywords, 1.0, 3, self.source)
        self.venues = zipf(invent(10 + count // 1_000, lambda: self.name(2)), 1.0, 3, self.source)
        self.topics, self.years = share(entry.topic or "" for entry in self.edition), share(years_of(self.edition))

    def name(self, parts: int) -> str:
        """A made name of so many syllables."""
        return "".join(self.source.choices(SYLLABLES, k=parts)).capitalize()

    def text(self, length: int) -> str:
        """So many words."""
        words = self.source.choices(self.words, k=max(length, 1))
        return " ".join(self.rare(1)[0] if self.source.random() < NEW_WORD else word for word in words).capitalize()

    def entries(self) -> Iterator[Entry]:
        """All entries in list order: topics one after the other, in each the newest year first."""
        titles: set[str] = set()
        of_topic = {topic: [entry for entry in self.edition if entry.topic == topic] for topic, _ in self.topics}
        for number in range(self.count):
            topic, year = self.place(number)
            entry = self.entry(number, topic, year, self.source.choice(of_topic[topic]))
            if entry.title in titles:
                entry = replace(entry, title=f"{entry.title} {number}")
            titles.add(entry.title)
            yield entry

    def entry(self, number: int, topic: str, year: int, model: Entry) -> Entry:
        """One entry like its model."""
        links = [Link("paper", f"https://arxiv.org/abs/{year % 100}{number % 12 + 1:02}.{number // 12 % 100_000:05}")]
        if any(link.label == "code" for link in model.links):
            links.append(Link("code", f"https://github.com/{self.name(2).lower()}/{self.name(3).lower()}"))
        chosen = (word if self.source.random() < OWN_KEYWORD else self.keywords(1)[0] for word in model.keywords)
        venue = self.venues(1)[0] if self.source.random() < NEW_VENUE else split_venue(model.venue or "").text
        return Entry(
            line=0,
            topic=topic,
            year=year,
            title=self.text(max(3, len(model.title.split()))),
            authors=tuple(self.authors(len(model.authors))),
            venue=f"{venue} {year}" if model.venue else None,
            keywords=tuple(dict.fromkeys(chosen)),
            links=tuple(links),
            digest=f"{self.text(len((model.digest or '').split()))}.",
        )

    def place(self, number: int) -> tuple[str, int]:
        """Topic and year of an entry."""
        topic, within = choose(self.topics, (number + 0.5) / self.count)
        return topic, choose(self.years, within)[0]


def share(values: Iterable[T]) -> list[tuple[T, float]]:
    """Values in the order in which they come, each with the share of all up to and with it."""
    counts = Counter(values)
    return list(zip(counts, (up_to / counts.total() for up_to in accumulate(counts.values())), strict=True))


def choose(shares: Sequence[tuple[T, float]], point: float) -> tuple[T, float]:
    """The value in whose part of all a point from 0 to 1 lies, and where in that part, from 0 to 1."""
    index = bisect_right([up_to for _, up_to in shares[:-1]], point)
    start = shares[index - 1][1] if index else 0.0
    return shares[index][0], (point - start) / (shares[index][1] - start)


def years_of(entries: Sequence[Entry]) -> list[int]:
    """The years of all entries, the latest first."""
    return sorted((entry.year for entry in entries if entry.year), reverse=True)


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
    entries = list(Maker(count).entries())
    path.write_text(write_list(entries, NESTED), "utf-8")
    write_history(history_path(path), entries)


def make_lists(count: int, folder: Path, size: int = 250) -> Path:
    """Write so many lists of so many entries, and the file that declares them; a fifth of each is in another too."""
    papers = list(Maker(count * size * 4 // 5).entries())
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        own, others = range(number, len(papers), count), range((number + 1) % count, len(papers), count)
        text = write_list([papers[place] for place in sorted({*own, *others[::4]})], NESTED)
        (folder / f"{number}.md").write_text(text.replace("# A List", f"# List {number}", 1), "utf-8")
    declared = (f'[[list]]\nlocation = "{number}.md"\n' for number in range(count))
    (folder / "lists.toml").write_text("".join(declared), "utf-8")
    return folder / "lists.toml"


if __name__ == "__main__":
    make_list(int(sys.argv[1]), Path(sys.argv[2]))
