"""Names of people to their parts, by the rule that BibTeX uses, and by corrections where that rule is wrong."""

from __future__ import annotations

import re
from functools import lru_cache

from bibtexparser.middlewares.names import NameParts, parse_single_name_into_parts
from pylatexenc.latex2text import LatexNodes2Text

NAME_SUFFIX = re.compile(r"(.+?),?\s+((?:Jr|Sr)\.?|II|III|IV)")  # Robert Smith, Jr.
BODY = re.compile(
    r"^\S+$|\b(?:team|collaboration|consortium|group|labs?|initiative|project|contributors|community|committee"
    r"|research|foundation|association|organi[sz]ation|society|inc\.?)$"
    r"|^(?:the|university|institute|department|ministry)\b|\b(?:and|of|for)\b|\s(?-i:AI)$",
    re.I,
)  # BIG-bench Collaboration; Institute for Law and Policy; a name of one word is taken whole too
PARTICLE = re.compile(r"Van|Von|De|Den|Der|Del|Della|Dos|Ter|Ten")
PARTICLES = re.compile(rf"(.+?) ((?:(?:De L[ao]s?|{PARTICLE.pattern})(?: |$))+)")  # Benjamin Van| Roy; Juan De La| Cruz
INITIAL = re.compile(r"[^\W\d_](?:\.[^\W\d_])*\.?")  # G.
JOINS_FAMILY_NAMES = frozenset(("e", "i", "y"))  # Santiago Ramón y Cajal: always between two family names
BETWEEN_FAMILY_NAMES = frozenset(("des",))  # Remi Tachet des Combes; not du: Marthinus Christoffel du Plessis
LATEX_MARKUP = re.compile(r"[\\{}~]")

remembered = lru_cache(maxsize=65_536)  # for functions of one name: each format of a citation asks for it


@remembered
def split_name(name: str) -> NameParts:
    """The parts of a name by BibTeX's rule: family name last, particles in lower case (`van der`) before it.

    A particle with a capital (`Van Roy`) is part of the family name. What is not a person's name, or has no
    given name, is `last` alone. Accents written in LaTeX become letters.

    >>> split_name("Mihaela van der Schaar")
    NameParts(first=['Mihaela'], von=['van', 'der'], last=['Schaar'], jr=[])
    """
    if LATEX_MARKUP.search(name):
        name = decode(name)
    if BODY.search(name) or LATEX_MARKUP.search(name) or name.count(",") > 2:
        return NameParts(last=[name])
    suffix = NAME_SUFFIX.fullmatch(name)
    parts = parse_single_name_into_parts(suffix[1] if suffix else name, strict=False)
    if not parts.first or (parts.first[0].islower() and PARTICLE.fullmatch(parts.first[0].capitalize())):
        return NameParts(last=[name])
    parts = parts if "," in (suffix[1] if suffix else name) else join_family(parts)
    particles = next((place for place, word in enumerate(parts.von) if not word[0].islower()), len(parts.von))
    family = [*parts.von[particles:], *parts.last]  # da| Silva e Costa; |Tachet des Combes, Remi
    return NameParts(parts.first, parts.von[:particles], family, [suffix[2]] if suffix else parts.jr)


def join_family(parts: NameParts) -> NameParts:
    """The parts of a name written without a comma, corrected where BibTeX's rule misreads the words around a particle.

    >>> join_family(NameParts(["Remi", "Tachet"], ["des"], ["Combes"])).last
    ['Tachet', 'des', 'Combes']
    >>> join_family(NameParts(["Alexander", "G."], ["de"], ["G.", "Matthews"])).last
    ['Matthews']
    """
    first, von, last = parts.first, parts.von, parts.last
    if not von:
        match = PARTICLES.fullmatch(" ".join(first))
        return NameParts(match[1].split(), [], [*match[2].split(), *last]) if match else parts
    if len(last) > 1 and INITIAL.fullmatch(last[0]):  # no family name begins with an initial
        return NameParts([*first, *von, last[0]], [], last[1:])
    is_single = len(first) == 2 and not INITIAL.fullmatch(first[1])
    if len(first) > 1 and (von[0] in JOINS_FAMILY_NAMES or (is_single and von[0] in BETWEEN_FAMILY_NAMES)):
        return NameParts(first[:-1], [], [first[-1], *von, *last])
    return parts


def decode(text: str) -> str:
    """LaTeX as plain text: `Erd\\H{o}s` to `Erdős`; the text itself where nothing would be left."""
    return " ".join(LatexNodes2Text().latex_to_text(text).split()) or text
