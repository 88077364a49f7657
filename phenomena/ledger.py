"""The ledger of one reading: a fate for every line of the list, and the problems found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .characters import left_out
from .outline import Line
from .problems import Problem
from .reading import Fate
from .source import Source


class Ledger:
    """Fates by line number, and problems. A line that is claimed again has its last fate."""

    def __init__(self, source: Source) -> None:
        self.rows = source.lines
        self.altered = source.altered
        self.fates: dict[int, Fate] = {}
        self.problems: list[Problem] = []

    def claim(self, lines: Iterable[Line], fate: str, entry: int | None = None, field: str | None = None) -> None:
        """Give lines their fate; `entry` is the line on which their entry begins."""
        for line in lines:
            self.fates[line.number] = Fate(fate, entry, field)

    def reject(self, lines: Sequence[Line], entry: int | None = None) -> None:
        """Lines that fit nowhere: one problem for the first of them."""
        if lines:
            self.claim(lines, "problem", entry)
            self.report("unexpected-line", lines[0])

    def report(
        self, code: str, line: Line, field: str | None = None, detail: str = "", written: str | None = None
    ) -> None:
        """Keep one problem; what is written is the line's text unless told."""
        self.problems.append(Problem(line.number, code, line.text if written is None else written, field, detail))

    def close(self) -> tuple[Fate, ...]:
        """The fate of every line, the first at index 0; one that nothing claimed is blank, or a problem."""
        for number, text in enumerate(self.rows, 1):
            if number not in self.fates and text.strip():
                self.reject([Line(number, text.strip())])
        for number, text in self.altered:
            self.report("control-character", Line(number, repr(text)), detail=left_out(text))
        return tuple(self.fates.get(number, Fate("blank")) for number in range(1, len(self.rows) + 1))
