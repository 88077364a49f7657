"""From revisions to changes: entries that were added, changed, moved and removed.

An entry goes on with one of the revision before that has the same identifier, else the same title, else a title nearly
the same (LIKENESS), unless both have an identifier. What comes back within a day (BREAK_SECONDS) was never removed: a
revision that breaks the list for an hour changes nothing. What comes back later is added again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from ..reader.drafts import Entry
from ..reader.revisions import Revision
from .changes import Change
from .folding import slug
from .grouping import code_url, entry_identifiers, group_papers, paper_url

LIKENESS = 0.8  # of two titles' keys, by difflib
BREAK_SECONDS = 86_400
LISTED = ("authors", "venue", "keywords")
MOST_WORDS = 12  # of a name, venue or keyword
MOVES: dict[str, Callable[[Entry], str | None]] = {
    "topic": lambda entry: entry.topic,
    "year": lambda entry: str(entry.year) if entry.year else None,
}
FACTS: dict[str, Callable[[Entry], str | None]] = {
    "title": lambda entry: entry.title,
    "authors": lambda entry: ", ".join(entry.authors) or None,
    "venue": lambda entry: entry.venue,
    "keywords": lambda entry: "; ".join(entry.keywords) or None,
    "paper_url": lambda entry: paper_url(entry.links),
    "code_url": lambda entry: code_url(entry.links),
}


@dataclass
class Track:
    """One entry through all revisions: as last seen, and since when it is gone, in seconds since 1970."""

    entry: Entry
    gone: int | None = None


@dataclass(frozen=True)
class Step:
    """One change of a track, before its paper's key is known: the key may come from a later revision."""

    revision: Revision
    track: Track
    entry: Entry
    kind: str
    field: str | None = None
    old: str | None = None
    new: str | None = None


T = TypeVar("T")
Matched = tuple[list[tuple[Track, Entry]], list[Track], list[Entry]]


def make_history(revisions: Iterable[tuple[Revision, Sequence[Entry]]]) -> list[Change]:
    """All changes of a list, oldest first; those of one revision in list order, the removed ones before the others."""
    tracks: list[Track] = []
    steps: list[Step] = []
    for revision, entries in revisions:
        tracks = follow(tracks, revision, entries, steps)
    keys = make_keys(tracks)
    return [
        Change(
            step.revision.date, step.revision.id, keys[id(step.track)], step.entry.title, step.entry.topic,
            step.kind, step.field, step.old, step.new,
        )
        for step in steps
    ]  # fmt: skip


def follow(tracks: Sequence[Track], revision: Revision, entries: Sequence[Entry], steps: list[Step]) -> list[Track]:
    """Carry all tracks over to the next revision, and add what it changed to the steps. Gives the tracks there are."""
    pairs, lost, left = match([track for track in tracks if track.gone is None], entries)
    back, _, new = match([track for track in tracks if track.gone is not None], left, alike=False)
    for track in lost:
        track.gone = revision.time
        steps.append(Step(revision, track, track.entry, "removed"))
    found = {entry.line: track for track, entry in (*pairs, *back)} | {entry.line: Track(entry) for entry in new}
    for entry in entries:
        track = found[entry.line]
        if track.gone is not None and revision.time - track.gone < BREAK_SECONDS:
            steps.remove(next(step for step in reversed(steps) if step.track is track))
        elif track.gone is not None or track.entry is entry:
            steps.append(Step(revision, track, entry, "added"))
        steps += compare(revision, track, entry)
        track.entry, track.gone = entry, None
    return [*tracks, *(found[entry.line] for entry in new)]


def compare(revision: Revision, track: Track, entry: Entry) -> list[Step]:
    """What differs between a track as last seen and the entry that goes on with it; of a digest only that it does."""
    changes = [
        (kind, field, value(track.entry), value(entry))
        for kind, values in (("moved", MOVES), ("changed", FACTS))
        for field, value in values.items()
    ]
    steps = [
        Step(revision, track, entry, kind, field, without_prose(field, old), without_prose(field, new))
        for kind, field, old, new in changes
        if old != new
    ]
    if track.entry.digest != entry.digest:
        steps.append(Step(revision, track, entry, "changed", "digest"))
    return steps


def without_prose(field: str, value: str | None) -> str | None:
    """A value, None where it is prose: now and then a list labels a digest as keywords, and a digest is no fact.

    >>> without_prose("keywords", "Grokking; Loss"), without_prose("keywords", "We show that " + "very " * 12 + "much")
    ('Grokking; Loss', None)
    """
    items = re.split("[;,]", value or "") if field in LISTED else ()
    return None if any(len(item.split()) > MOST_WORDS for item in items) else value


def match(tracks: list[Track], entries: Sequence[Entry], alike: bool = True) -> Matched:
    """Pairs of a track and the entry that goes on with it; then the tracks and the entries that are left."""
    pairs: list[tuple[Track, Entry]] = []
    left = list(entries)
    for key in (place, identity, title_key):
        found, tracks, left = pair(tracks, left, key)
        pairs += found
    if alike:
        found, tracks, left = pair_alike(tracks, left)
        pairs += found
    return pairs, tracks, left


def pair_alike(tracks: list[Track], entries: list[Entry]) -> Matched:
    """Tracks and entries with titles nearly the same; not where each has an identifier, for those differ."""
    known, unknown = divide(tracks, lambda track: has_identifier(track.entry))
    first, unknown, left = pair(unknown, entries, nearest_title(unknown, entries))
    marked, unmarked = divide(left, has_identifier)
    second, lost, new = pair(known, unmarked, nearest_title(known, unmarked))
    return first + second, lost + unknown, sorted(marked + new, key=lambda entry: entry.line)


def has_identifier(entry: Entry) -> bool:
    """Whether an entry's links hold an identifier of its paper."""
    return entry_identifiers(entry).identity is not None


def divide(things: Iterable[T], condition: Callable[[T], bool]) -> tuple[list[T], list[T]]:
    """Those that meet a condition, and the others."""
    groups: tuple[list[T], list[T]] = ([], [])
    for thing in things:
        groups[not condition(thing)].append(thing)
    return groups


def place(entry: Entry) -> Hashable:
    """Where an entry stands under which title: most do so in one revision as in the next."""
    return entry.title, entry.topic, entry.year


def identity(entry: Entry) -> Hashable:
    """The identifier of an entry's paper, else its title's key."""
    return entry_identifiers(entry).identity or title_key(entry)


def title_key(entry: Entry) -> str:
    """A title without case, accents and punctuation."""
    return slug(entry.title)


def nearest_title(tracks: Iterable[Track], entries: Iterable[Entry]) -> Callable[[Entry], Hashable]:
    """A key that a track shares with the entries whose titles are nearer to its own than to any other, and near."""
    titles = [title_key(track.entry) for track in tracks]
    nearest = {title: get_close_matches(title, titles, 1, LIKENESS) for title in map(title_key, entries)}
    return lambda entry: (nearest.get(title_key(entry)) or [title_key(entry)])[0]


def pair(tracks: Iterable[Track], entries: Iterable[Entry], key: Callable[[Entry], Hashable]) -> Matched:
    """Tracks and entries of the same key, in order; and the others."""
    waiting: dict[Hashable, list[Track]] = defaultdict(list)
    for track in tracks:
        waiting[key(track.entry)].append(track)
    pairs, left = [], []
    for entry in entries:
        if same := waiting.get(key(entry)):
            pairs.append((same.pop(0), entry))
        else:
            left.append(entry)
    return pairs, [track for same in waiting.values() for track in same], left


def make_keys(tracks: Iterable[Track]) -> dict[int, str]:
    """The key of each track's paper, by the track's id(): as in the newest revision, else as last seen."""
    listed = [track for track in tracks if track.gone is None]
    keys = {id(entry): paper.id for paper in group_papers(t.entry for t in listed) for entry in paper.entries}
    return {
        id(track): keys.get(id(track.entry)) or entry_identifiers(track.entry).key or title_key(track.entry)
        for track in tracks
    }
