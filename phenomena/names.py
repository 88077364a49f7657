"""Names of people to their parts, by the rule that BibTeX uses."""

from __future__ import annotations

import re
from functools import cache

from bibtexparser.middlewares.names import NameParts, parse_single_name_into_parts

from .latex import decode

NAME_SUFFIX = re.compile(r"(.+?),?\s+((?:Jr|Sr)\.?|II|III|IV)")  # Robert Smith, Jr.
BODY = re.compile(
    r"^\S+$|\b(?:team|collaboration|consortium|group|lab|initiative|project|contributors)$|^the\b|\band\b", re.I
)  # BIG-bench Collaboration; a name of one word is taken whole too
PARTICLE = re.compile(r"Van|Von|De|Den|Der|Del|Della|Dos|Ter|Ten")  # Benjamin Van Roy
LATEX_SIGNS = re.compile(r"[\\{}~]")


@cache
def split_name(name: str) -> NameParts:
    """The parts of a name by BibTeX's rule: family name last, particles in lower case (`van der`) before it.

    A particle with a capital (`Van Roy`) is part of the family name. What names no person, or has no given name, is
    `last` alone. Accents written in LaTeX become letters.

    >>> split_name("Mihaela van der Schaar")
    NameParts(first=['Mihaela'], von=['van', 'der'], last=['Schaar'], jr=[])
    """
    if LATEX_SIGNS.search(name):
        name = decode(name)
    if BODY.search(name) or LATEX_SIGNS.search(name) or name.count(",") > 2:
        return NameParts(last=[name])
    suffix = NAME_SUFFIX.fullmatch(name)
    parts = parse_single_name_into_parts(suffix[1] if suffix else name, strict=False)
    if not parts.first or (parts.first[0].islower() and PARTICLE.fullmatch(parts.first[0].capitalize())):
        return NameParts(last=[name])
    if len(parts.first) > 1 and not parts.von and PARTICLE.fullmatch(parts.first[-1]):
        parts = NameParts(parts.first[:-1], [], [parts.first[-1], *parts.last])
    return NameParts(parts.first, parts.von, parts.last, [suffix[2]] if suffix else parts.jr)
