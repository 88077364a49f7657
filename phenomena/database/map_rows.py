"""Rows of the papers' positions on the map, and what to say of those that the positions file lacks or has too many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..map.clusters import name_clusters
from ..map.positions import Position, Tie, settle
from .schema.columns import Row


def make_ties(related: Sequence[Row]) -> list[Tie]:
    """The rows of table `related` as the map reads them."""
    return [(str(row["paper"]), str(row["related"]), float(str(row["score"]))) for row in related]


def make_positions(stored: Mapping[str, Position] | None, papers: Sequence[Row], related: Sequence[Row]) -> list[Row]:
    """One row per paper, in the papers' order; none where the list has no positions file."""
    if stored is None:
        return []
    topics = {str(paper["id"]): str(paper["topic"]) if paper["topic"] else None for paper in papers}
    positions = settle(stored, topics, make_ties(related))
    keywords = {str(paper["id"]): words for paper in papers if isinstance(words := paper["keywords"], tuple)}
    names = name_clusters({paper: position.cluster for paper, position in positions.items()}, keywords)
    return [
        {"paper": paper, "x": one.x, "y": one.y, "cluster": names.get(one.cluster) if one.cluster else None}
        for paper, one in positions.items()
    ]


def note_positions(stored: Mapping[str, Position] | None, papers: Sequence[Row]) -> list[str]:
    """What the list's keeper should know: lines of the positions file without a paper, papers without a line."""
    if stored is None:
        return []
    listed = {str(paper["id"]) for paper in papers}
    gone, new = [paper for paper in stored if paper not in listed], len(listed - stored.keys())
    notes = []
    if gone:
        names = ", ".join(gone[:3]) + (f" and {len(gone) - 3} more" if len(gone) > 3 else "")
        notes.append(f"positions not used, for the list has no such paper: {names}; delete their lines, or use --place")
    if new:
        notes.append(f"{new} not in the positions file, put beside related papers; --place recomputes the map")
    return notes
