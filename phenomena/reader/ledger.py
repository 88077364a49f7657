"""The ledger of one reading: a status for every line of the list, and the problems found on the way."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import overload

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


class Statuses(Sequence[LineStatus]):
    """The status of each line, the first at index 0, in five bytes a line: long lists have millions."""

    def __init__(self, count: int) -> None:
        self.forms = [(BLANK.status, BLANK.field)]  # few: what `kinds` counts
        self.kinds = bytearray(count)
        self.entries = array("I", bytes(4 * count))  # 0 for none

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, place: int) -> LineStatus: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[LineStatus]: ...
    def __getitem__(self, place: int | slice) -> LineStatus | Sequence[LineStatus]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        status, field = self.forms[self.kinds[place]]
        return LineStatus(status, self.entries[place] or None, field)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as that of a list

    def number(self, status: str, field: str | None) -> int:
        """The number of a form."""
        if (status, field) not in self.forms:
            self.forms.append((status, field))
        return self.forms.index((status, field))

    def cut(self, start: int, end: int) -> Statuses:
        """Those of a half-open range."""
        found = Statuses(0)
        found.forms, found.kinds, found.entries = self.forms, self.kinds[start:end], self.entries[start:end]
        return found

    def put(self, place: int, other: Statuses, shift: int = 0) -> None:
        """Replace the statuses from a place on by others, whose entries begin so many lines later here."""
        numbers = bytes(self.number(*form) for form in other.forms).ljust(256, b"\0")
        self.kinds[place : place + len(other)] = other.kinds.translate(numbers)
        entries = array("I", [line and line + shift for line in other.entries]) if shift else other.entries
        self.entries[place : place + len(other)] = entries


class Ledger:
    """Statuses of the lines, and problems. A line that is claimed again has its last status."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.statuses = Statuses(len(source.lines))
        self.problems: list[Problem] = []

    @property
    def last_line(self) -> int:
        """The number of the list's last line."""
        return len(self.source.lines)

    def claim(self, lines: Iterable[Line], status: str, entry: int | None = None, field: str | None = None) -> None:
        """Give lines their status; `entry` is the line on which their entry begins."""
        kind = self.statuses.number(status, field)
        for line in lines:
            self.statuses.kinds[line.number - 1] = kind
            self.statuses.entries[line.number - 1] = entry or 0

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

    def close(self) -> Statuses:
        """The status of every line, the first at index 0; one that nothing claimed is blank, or a problem."""
        for number, text in enumerate(self.source.lines, 1):
            if not self.statuses.kinds[number - 1] and text.strip():
                self.reject([Line(number, text.strip())])
        for number, text in self.source.altered:
            self.report("control-character", Line(number, repr(text)), detail=left_out(text))
        return self.statuses
