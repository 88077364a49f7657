"""Line templates: `**{title}** ({year}){?, {authors}} {links}`, and the fields of the lines that they match.

A template is literal text with fields in braces; `{?...}` is a part that a line may lack, and a space stands for any
white space or none. The fields of TYPED match what they look like, all others any text.

A line takes time in proportion to its length, whatever is written: what stands between two texts is one regular
expression of literals, years and links, each of which is linear; it is looked for once, from left to right, and each
text is what lies between two of the places found. Nothing is tried twice but the parts that a line may lack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from ..grammar.authors import split_venue
from ..grammar.fields import collapse
from ..grammar.links import carries_link
from .inline import ADDRESS, LINKS

TYPED: Mapping[str, str] = {
    "year": r"(?<!\d)(?:19\d\d|20[0-4]\d)(?!\d)",  # 2022
    "link": ADDRESS,  # https://x.org/a_(b)
    "code": ADDRESS,
    "links": LINKS,  # [[paper](https://x.org)] [code](https://x.org)
}
TEXTS = ("title", "authors", "venue", "date", "keywords", "digest", "ignore")
FIELDS = (*TEXTS, *TYPED)
HOLDS_LINKS = ("digest", "ignore")  # any other text with a link or image runs into another field, or another entry
LONGEST = ("authors",)  # a text ends at the first place where it can; the authors at the last
MAX_CHOICES = 5  # parts with text that a line may lack, in one template

ALIKE = {
    '"': '"“”„',
    "'": "'’‘`",
    "-": "-–—",
    ":": ":：",
    ",": ",，",
    "(": "(（",
    ")": ")）",
}  # each may stand for the first

TOKEN = re.compile(r"\{\?|\{[^{}?]*\}|\}|\{|\s+|[^{}\s]+")  # {?   {title}   }   **

Captures = Mapping[str, str]


class TemplateError(ValueError):
    """What is wrong with a template, and what is allowed."""


@dataclass(frozen=True)
class Part:
    """One piece of a template: `literal` text, `space`, a `field`, or a part that a line may lack, with its pieces."""

    kind: str
    text: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def holds_text(self) -> bool:
        """Whether it has a field that any text matches."""
        return self.text in TEXTS if self.kind == "field" else any(part.holds_text for part in self.parts)


@dataclass(frozen=True)
class Pattern:
    """A template without choices: the fields of text, and the expression before each and after the last."""

    texts: tuple[str, ...]
    between: tuple[re.Pattern[str], ...]

    def match(self, line: str) -> Captures | None:
        """The fields of a whole line, or None."""
        first = self.between[0].match(line)
        if not first:
            return None
        if not self.texts:
            return found_in([first], line, ()) if first.end() == len(line) else None
        places: list[list[re.Match[str]]] = []
        for pattern in self.between[1:-1]:
            places.append(list(pattern.finditer(line, first.end())))
            if not places[-1]:
                return None  # as most lines do, before the rest is looked for
        places.append([place for place in self.between[-1].finditer(line, first.end()) if place.end() == len(line)])
        chosen = [first]
        for text, some in zip(self.texts, reachable(places), strict=True):
            fitting = [place for place in some if place.start() > chosen[-1].end()]
            if not fitting:
                return None
            chosen.append(fitting[-1 if text in LONGEST else 0])
        return found_in(chosen, line, self.texts)


@dataclass(frozen=True)
class Template:
    """A template as written, and one pattern for each choice of its parts, the fullest first."""

    written: str
    fields: frozenset[str]
    patterns: tuple[Pattern, ...]

    def match(self, line: str) -> Captures | None:
        """The fields of a whole line, by the first pattern that matches it; None where none does."""
        return next((found for pattern in self.patterns if (found := pattern.match(line)) is not None), None)


def reachable(places: Sequence[list[re.Match[str]]]) -> list[list[re.Match[str]]]:
    """Of the places of each separator, those from which the places of all that follow can still be reached."""
    kept: list[list[re.Match[str]]] = []
    last = None
    for some in reversed(places):
        good = [place for place in some if last is None or place.end() < last]
        last = good[-1].start() if good else -1
        kept.insert(0, good)
    return kept


def found_in(chosen: Sequence[re.Match[str]], line: str, texts: Sequence[str]) -> Captures | None:
    """The fields: texts between the places, and what the places themselves hold. None where a text is empty."""
    found = {name: text for place in chosen for name, text in place.groupdict().items() if text}
    for name, before, after in zip(texts, chosen, chosen[1:], strict=False):
        text = collapse(line[before.end() : after.start()])
        if not text or (name not in HOLDS_LINKS and ("](" in text or carries_link(text))):
            return None
        if name == "authors" and split_venue(text)[1]:
            return None  # emphasis after the names is a venue's, which would be lost
        found[name] = text
    return found


def parse_template(written: str) -> Template:
    """Compile a template. Raises TemplateError, with what is allowed."""
    parts = parse_parts(written)
    names = [part.text for part in walk(parts) if part.kind == "field"]
    for name in names:
        if name not in FIELDS:
            raise TemplateError(f"{{{name}}} is not a field. Write one of {', '.join(FIELDS)}.")
        if names.count(name) > 1 and name != "ignore":
            raise TemplateError(f"{{{name}}} is there twice. Give each field once; {{ignore}} may repeat.")
    if not names:
        raise TemplateError("there is no field in it. Write what stands for a field in braces, such as {title}.")
    choices = [index for index, part in enumerate(parts) if part.kind == "optional" and part.holds_text]
    if len(choices) > MAX_CHOICES:
        raise TemplateError(f"it has {len(choices)} parts {{?...}} with text; at most {MAX_CHOICES} are allowed.")
    patterns = []
    for present in product((True, False), repeat=len(choices)):
        absent = {index for index, is_there in zip(choices, present, strict=True) if not is_there}
        kept = [part for index, part in enumerate(parts) if index not in absent]
        patterns.append(compile_pattern(list(unfold(kept))))
    return Template(written, frozenset(names) - {"ignore"}, tuple(patterns))


def parse_parts(written: str) -> tuple[Part, ...]:
    """The pieces of a template; parts that a line may lack can't hold others."""
    parts: list[Part] = []
    inside: list[Part] | None = None
    for token in TOKEN.findall(collapse(written)):
        if token == "{?":
            if inside is not None:
                raise TemplateError("{? begins within another {?...}. Write them one after the other.")
            inside = []
        elif token == "}" and inside is not None:
            parts.append(Part("optional", parts=tuple(inside)))
            inside = None
        elif token in ("{", "}"):
            raise TemplateError(f"a {token} stands alone. Write fields as {{title}}, and optional parts as {{?...}}.")
        else:
            (parts if inside is None else inside).append(parse_token(token))
    if inside is not None:
        raise TemplateError("{? is never closed. Write } where the optional part ends.")
    return tuple(parts)


def parse_token(token: str) -> Part:
    """A field, a space, or literal text."""
    if token.startswith("{"):
        return Part("field", token[1:-1].strip())
    return Part("space") if token.isspace() else Part("literal", token)


def walk(parts: Sequence[Part]) -> Iterator[Part]:
    """All pieces, those of optional parts too."""
    for part in parts:
        yield part
        yield from walk(part.parts)


def unfold(parts: Sequence[Part]) -> Iterator[Part]:
    """The pieces of a choice: optional parts with text are there now, and are no longer optional."""
    for part in parts:
        if part.kind == "optional" and part.holds_text:
            yield from part.parts
        else:
            yield part


def compile_pattern(parts: Sequence[Part]) -> Pattern:
    """One expression for all that stands between two texts. It must need a character: else nothing separates them."""
    texts: list[str] = []
    between = [""]
    for part in parts:
        if part.kind == "field" and part.text in TEXTS:
            texts.append(part.text)
            between.append("")
        else:
            between[-1] += expression(part)
    for before, one, after in zip(texts, between[1:-1], texts[1:], strict=False):
        if re.fullmatch(one, ""):
            raise TemplateError(
                f"nothing that is always there separates {{{before}}} from {{{after}}}. Write a separator between "
                "them, such as a comma, or leave one of them out."
            )
    between[-1] += r"\s*"
    return Pattern(tuple(texts), tuple(map(compiled, between)))


@lru_cache(maxsize=1_024)
def compiled(expression: str) -> re.Pattern[str]:
    """A regular expression; many templates share theirs."""
    return re.compile(expression)


def expression(part: Part) -> str:
    """The regular expression of a piece that isn't text."""
    if part.kind == "field":
        return f"(?P<{part.text}>{TYPED[part.text]})"
    if part.kind == "optional":
        return f"(?:{''.join(map(expression, part.parts))})?+"
    if part.kind == "space":
        return r"\s*+"
    return "".join(f"[{re.escape(ALIKE[one])}]" if one in ALIKE else re.escape(one) for one in part.text)
