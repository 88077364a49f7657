"""The ledger of one reading: a status for every line of the list, and the problems found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .characters import left_out
from .grammar.links import carries_link
from .outline import Line
from .problems import Problem
from .source import Source


@dataclass(frozen=True, slots=True)
class LineStatus:
    """What a line is: `entry`, `heading`, `description` of a topic, `resource`, `boilerplate`, `blank` or `problem`.

    `entry` is the line on which its entry begins, `field` the field that it holds.
    """

    status: str
    entry: int | None = None
    field: str | None = None


BLANK = LineStatus("blank")


class Ledger:
    """Statuses of the lines, and problems. A line that is claimed again has its last status."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.statuses = [BLANK] * len(source.lines)  # the first line's at index 0
        self.problems: list[Problem] = []

    @property
    def last_line(self) -> int:
        """The number of the list's last line."""
        return len(self.source.lines)

    def claim(self, lines: Iterable[Line], status: str, entry: int | None = None, field: str | None = None) -> None:
        """Give lines their status; `entry` is the line on which their entry begins."""
        shared = LineStatus(status, entry, field)
        for line in lines:
            self.statuses[line.number - 1] = shared

    def reject(
        self,
        lines: Sequence[Line],
        entry: int | None = None,
        rows: Sequence[Line] = (),
        code: str = "unexpected-line",
    ) -> None:
        """Report lines that fit nowhere: each that may be a paper, as it carries a link or is a row of a table.

        Where there is none, the first.
        """
        self.claim(lines, "problem", entry)
        numbers = {line.number for line in rows}
        for line in [line for line in lines if line.number in numbers or carries_link(line.text)] or lines[:1]:
            self.report(code, line)

    def report(
        self, code: str, line: Line, field: str | None = None, detail: str = "", written: str | None = None
    ) -> None:
        """Keep one problem; `written` is by default the line's text."""
        self.problems.append(Problem(line.number, code, line.text if written is None else written, field, detail))

    def close(self) -> tuple[LineStatus, ...]:
        """The status of every line, the first at index 0; one that nothing claimed is blank, or a problem."""
        for number, text in enumerate(self.source.lines, 1):
            if self.statuses[number - 1] is BLANK and text.strip():
                self.reject([Line(number, text.strip())])
        for number, text in self.source.altered:
            self.report("control-character", Line(number, repr(text)), detail=left_out(text))
        return tuple(self.statuses)
