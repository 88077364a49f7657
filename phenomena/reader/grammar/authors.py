"""The line of authors: names in order and the venue, as written. Every pattern has an example of what it accepts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import remembered
from .fields import COMMA, SEMICOLON, collapse

VENUE = re.compile(r"(?<![*_\\])(\*{1,3}|(?<!\w)_{1,2})(?=[^*_\s,;])([^*]+?)\s*\1[\s.]*$")  # *ICLR 2022*
INNER_VENUE = re.compile(r"(?<![^\s.,;])(\*{1,3})(?=[^*_\s,;])([^*]+)\1(?=[\s.(])")  # *ICLR 2022* (Oral)
NUMBER = re.compile(r"\d\d")  # ICLR 2022
ENDS = re.compile(r"\.\s*$")  # Ann Lee.
JOINED = re.compile(r"(?<=[a-zß-öø-ÿāăąćčďđēěęğģīįłńňņōőřśšşţťūůűźžż])(?=[A-ZÀ-ÖØ-ÞĀČĎŁŃŘŚŠŤŽ])")  # BowersGaurav
NAME_PREFIX = re.compile(
    r"(?:^|[\s\-])(?:Mc|Mac|De|Del|Della|Di|Du|Da|La|Le|Lo|Van|Von|Fitz|St)$"
)  # Lachlan Mac|Donald
NAME_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV")  # Jr.
CONJUNCTION = re.compile(r"\s+(?:and|&|&amp;)\s+|^(?:and|&|&amp;)\s+")  # First and Second
OTHERS = re.compile(r"\s*\bet\s+al\.?$|^others$|^…$|^\.\.\.$", re.I)  # et al.
MAX_VENUE = 300  # characters; a longer text is no venue


@dataclass(frozen=True)
class AuthorLine:
    """`First Author, Second Author. *Venue 2023*`; authors as written, in order, repetitions included.

    `joined` says that names were run together, `mixed` that both semicolons and commas separate them; `rest` is text
    after the venue.
    """

    authors: tuple[str, ...]
    venue: str | None
    joined: bool
    mixed: bool
    rest: str


@remembered
def parse_authors(text: str) -> AuthorLine:
    """Read names and the venue at the end. `and` and `&` separate names too."""
    text, venue, rest = split_venue(text)
    written, mixed = separate_names(text)
    names = [part.strip() for name in written for part in CONJUNCTION.split(name.strip())]
    names = [collapse(OTHERS.sub("", name)) for name in names]
    if names and not names[-1].endswith(("Jr.", "Sr.")):
        names[-1] = names[-1].removesuffix(".").rstrip()
    joined = [part for name in names for part in split_joined(name)]
    authors = attach_suffixes([name for name in joined if name.strip("._- ")])
    return AuthorLine(tuple(authors), venue, joined != names, mixed, rest)


def split_venue(text: str) -> tuple[str, str | None, str]:
    """The names before a venue, the venue, and what is written after it.

    >>> split_venue("Ann Lee. *ICLR 2022* (Oral)"), split_venue("Bo Chen, *Ann Lee* and Cy Diaz")
    (('Ann Lee', 'ICLR 2022', '(Oral)'), ('Bo Chen, *Ann Lee* and Cy Diaz', None, ''))
    """
    match = VENUE.search(text, max(0, len(text) - MAX_VENUE))
    if not match:  # emphasis within the line may be a person's
        inner = INNER_VENUE.finditer(text)
        match = next((one for one in inner if NUMBER.search(one[2]) or ENDS.search(text, 0, one.start())), None)
    if not match:
        return text, None, ""
    names = text[: match.start()].rstrip(" \t\n.,;")
    return names, collapse(match[2]).rstrip(".") or None, text[match.end() :].strip(" \t\n.,;")


def separate_names(text: str) -> tuple[list[str], bool]:
    """Names at semicolons, else at commas; and whether there are both.

    Where there are both, `Doe, Jane; Lee, Ann` keeps its commas, as one side of each is a single word; other text is
    separated at both, as whole names are.

    >>> separate_names("Jane Doe; John Smith, Ann Lee"), separate_names("Doe, Jane; van der Maaten, Laurens")
    ((['Jane Doe', 'John Smith', 'Ann Lee'], True), (['Doe, Jane', 'van der Maaten, Laurens'], True))
    """
    parts = [part.strip() for part in SEMICOLON.split(text) if part.strip()]
    pieces = [attach_suffixes([piece.strip() for piece in COMMA.split(part) if piece.strip()]) for part in parts]
    several = [some for some in pieces if len(some) > 1]
    is_mixed = len(parts) > 1 and bool(several)
    if is_mixed and all(len(some) == 2 and any(" " not in piece for piece in some) for some in several):
        return parts, True
    return [piece for some in pieces for piece in some], is_mixed


def split_joined(name: str) -> list[str]:
    """Separate names that were run together: at a lower-case letter before an upper-case one, where full names result.

    >>> split_joined("Jeff MitchellRyan Blything")
    ['Jeff Mitchell', 'Ryan Blything']
    >>> split_joined("Lachlan MacDonald"), split_joined("SeulGi Hong")
    (['Lachlan MacDonald'], ['SeulGi Hong'])
    """
    cuts = [m.start() for m in JOINED.finditer(name) if not NAME_PREFIX.search(name, max(0, m.start() - 7), m.start())]
    pieces = [name[i:j] for i, j in zip([0, *cuts], [*cuts, len(name)], strict=True)]
    return pieces if all(" " in piece.strip() for piece in pieces) else [name]


def attach_suffixes(names: list[str]) -> list[str]:
    """`Jr.` after a comma belongs to the name before it."""
    attached: list[str] = []
    for name in names:
        if attached and NAME_SUFFIX.fullmatch(name):
            attached[-1] += f", {name}"
        else:
            attached.append(name)
    return attached
