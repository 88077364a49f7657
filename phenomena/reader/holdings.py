"""What stands under a heading, seen before it is read: entries, other links, or neither."""

from __future__ import annotations

from collections.abc import Iterable

from . import grammar
from .boilerplate import carries_link
from .drafts import join
from .outline import Block, Item


def heading_holdings(blocks: Iterable[Block]) -> dict[int, str]:
    """By the line of each heading, "entries" or "links" if any stand under it or the headings below it."""
    found: dict[int, str] = {}
    above: list[tuple[int, int]] = []
    for block in blocks:
        if block.kind == "heading":
            above = [(level, line) for level, line in above if level < block.level]
            above.append((block.level, block.lines[0].number))
        elif holds := block_holding(block):
            for _, line in above:
                found[line] = "entries" if found.get(line) == "entries" else holds
    return found


def block_holding(block: Block) -> str:
    """What one block holds: "entries", other "links" or nothing of the two."""
    if any(map(looks_like_entry, block.items)):
        return "entries"
    in_items = [line for item in block.items for line in item.all_lines]
    lines = block.lines if block.kind in ("text", "table") else in_items
    return "links" if any("://" in line.text and carries_link(line.text) for line in lines) else ""


def looks_like_entry(item: Item) -> bool:
    """Whether a bullet, or one below it, has a labelled link to a real address."""
    return grammar.looks_like_entry(join(item.lines)) or any(map(looks_like_entry, item.children))
