"""Citation keys: `xiao2024rethinking`, unique; a newer paper never takes an older one's key.

Among papers that would share a key, the one first submitted keeps it and the others take more words of their titles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from .folding import hyphenate

Citable = tuple[str, Sequence[str], int | None, str, str | None]  # id, authors, year, title, submitted

MAX_WORDS = 40  # of a title, in a key
# fmt: off
SMALL_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how", "i", "in", "into",
    "is", "it", "its", "of", "on", "or", "our", "the", "to", "toward", "towards", "via", "we", "what", "when",
    "where", "which", "who", "why", "with", "without", "you", "your",
))
# fmt: on


def make_citekeys(papers: Iterable[Citable]) -> dict[str, str]:
    """Paper id to citation key."""
    groups: dict[str, list[Citable]] = defaultdict(list)
    for paper in papers:
        groups[next(candidates(paper, {}))].append(paper)
    keys: dict[str, str] = {}
    taken = set(groups)
    numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(2))
    for short, group in groups.items():
        for place, paper in enumerate(sorted(group, key=lambda one: (one[4] or "9999-99", one[2] or 9999, one[0]))):
            key = short if place == 0 else next(key for key in candidates(paper, numbers) if key not in taken)
            taken.add(key)
            keys[paper[0]] = key
    return keys


def candidates(paper: Citable, numbers: Mapping[str, Iterator[int]]) -> Iterator[str]:
    """Keys for one paper, the shortest first; endless. `numbers` continue after the last paper of that name."""
    _, authors, year, title, _ = paper
    family = hyphenate((authors[0].split() or ["anon"])[-1]).replace("-", "") if authors else "anon"
    words = [word for word in hyphenate(title.replace("'", "")).split("-") if word]
    words = [word for word in words if word not in SMALL_WORDS] or words or ["untitled"]
    words = words[:MAX_WORDS]
    stem = f"{family or 'anon'}{year or 'nd'}"
    for size in range(1, len(words) + 1):
        yield stem + "".join(words[:size])
    longest = stem + "".join(words)
    for number in numbers[longest]:
        yield f"{longest}{number}"
