"""The language of the search box, read by one pure function that no text makes fail.

    lottery ticket          papers with both words, whole or as prefixes
    "neural collapse"       the phrase, exactly
    grokking OR emergence   either; OR joins what stands beside it, AND changes nothing
    -vision                 without it; so does NOT
    title: author: keyword: venue: digest:      in one field
    topic:pruning  year:2020-2023  has:code     filters
    2301.05217, a DOI, an OpenReview id, or an address of any of them      that paper

Characters that mean something to FTS5 only (`*`, `^`, brackets, `NEAR`) are read as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .identifiers import read_identifier
from .words import WORD

MAX_CHARACTERS = 500
MAX_TERMS = 24
TOKEN = re.compile(
    r'(?P<minus>-(?=["\w]))?(?:(?P<name>[A-Za-z]+):(?=["\w.-]))?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))'
)
YEARS = re.compile(r"(\d{4})|(\d{4})?(?:-|–|\.\.)(\d{4})?")
QUOTES = str.maketrans("“”„‟«»", '""""""')
FIELDS = {"title": "title", "author": "authors", "keyword": "keywords", "venue": "venue", "digest": "digest"}
FIELDS |= {"authors": "authors", "keywords": "keywords", "conference": "venue"}
HAS = ("code", "digest", "link", "venue", "keywords", "arxiv", "doi")
FIRST_YEAR, LAST_YEAR = "0000", "9999"


@dataclass(frozen=True)
class Text:
    """A word, found as a prefix too, or a phrase; anywhere, or in one column of the index."""

    text: str
    is_phrase: bool = False
    column: str | None = None


@dataclass(frozen=True)
class Filter:
    """A condition on a paper: `year` (FROM-TO), `dated` (a year), `has`, `topic`, or an identifier by its column."""

    name: str
    value: str


Term = Text | Filter
Group = tuple[Term, ...]  # alternatives
Identify = Callable[[str], Filter | None]


@dataclass(frozen=True)
class Search:
    """What is looked for: one term of each group, and none of `excluded`. `notes` say what was read otherwise."""

    groups: tuple[Group, ...] = ()
    excluded: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is words and phrases, read as they stand."""
        terms = [term for group in self.groups for term in group]
        return not self.excluded and not self.notes and len(terms) == len(self.groups) and not any(
            isinstance(term, Filter) or term.column for term in terms
        )  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.groups or self.excluded)


def compose(text: str | None) -> str:
    """A text whose accents are part of their letters (Unicode's NFC), with plain quotation marks."""
    return unicodedata.normalize("NFC", str(text or "")).translate(QUOTES)


def parse(text: str | None, identify: Identify | None = None, has_filters: bool = True) -> Search:
    """What a text looks for.

    `identify` gives the filter for an identifier that looks like a word. Without filters, as where only an FTS5
    expression is wanted, `year:`, `has:`, `topic:` and identifiers are read as words.

    >>> parse("double OR triple -vision").groups
    ((Text(text='double', is_phrase=False, column=None), Text(text='triple', is_phrase=False, column=None)),)
    """
    composed = compose(text)
    notes = []
    if len(composed) > MAX_CHARACTERS:
        notes.append(f"The first {MAX_CHARACTERS} characters are read.")
    composed = composed[:MAX_CHARACTERS]
    if composed.count('"') % 2:
        before, _, after = composed.rpartition('"')
        composed = f"{before} {after}"
        notes.insert(0, "An unmatched quotation mark is ignored.")
    reading = Reading(identify or (lambda word: None), has_filters)
    reading.read(list(TOKEN.finditer(composed)))
    return limit(Search(tuple(reading.groups), tuple(reading.excluded), (*dict.fromkeys(reading.notes), *notes)))


def limit(search: Search) -> Search:
    """A search of at most MAX_TERMS terms, each once, with a note on what is left out."""
    groups = tuple(dict.fromkeys(tuple(dict.fromkeys(group)) for group in search.groups))
    excluded = tuple(dict.fromkeys(search.excluded))
    kept: list[Group] = []
    count = 0
    for group in groups:
        count += len(group)
        if count > MAX_TERMS:
            break
        kept.append(group)
    left_out = [show(term) for group in groups[len(kept) :] for term in group]
    left_out += [f"-{show(term)}" for term in excluded[MAX_TERMS:]]
    notes = search.notes
    if left_out:
        notes = (f"The first {MAX_TERMS} words are looked for; left out: {', '.join(left_out)}.", *notes)
    return Search(tuple(kept), excluded[:MAX_TERMS], notes)


def show(term: Term) -> str:
    """A term as somebody would type it.

    >>> show(Text("neural collapse", True, "title"))
    'title:"neural collapse"'
    """
    if isinstance(term, Filter):
        return term.value if term.name not in ("year", "has", "topic") else f"{term.name}:{term.value}"
    text = f'"{term.text}"' if term.is_phrase else term.text
    names = {column: name for name, column in reversed(FIELDS.items())}
    return f"{names[term.column]}:{text}" if term.column else text


@dataclass
class Reading:
    """A text on its way to a search."""

    find: Identify
    has_filters: bool
    groups: list[Group] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self, tokens: list[re.Match[str]]) -> None:
        """Read all tokens, with what joins them."""
        joins = is_excluded = False
        for number, token in enumerate(tokens):
            is_inner = 0 < number < len(tokens) - 1
            if is_inner and token[0] in ("OR", "|", "||") and self.groups:
                joins = True
            elif is_inner and token[0] == "AND":
                continue
            elif number < len(tokens) - 1 and token[0] == "NOT":
                is_excluded = True
            else:
                terms = list(self.read_terms(token))
                self.add(terms, joins, is_excluded or bool(token["minus"]))
                joins = is_excluded = False

    def add(self, terms: list[Term], joins: bool, is_excluded: bool) -> None:
        """Put the terms of one token where they belong; several words of one are kept together where they must be."""
        if len(terms) > 1 and (joins or is_excluded):
            words = [term.text for term in terms if isinstance(term, Text)]
            terms = [Text(" ".join(words), True)]
        if is_excluded:
            self.excluded += terms
        elif joins and terms:
            self.groups[-1] = (*self.groups[-1], *terms)
        else:
            self.groups += [(term,) for term in terms]

    def read_terms(self, token: re.Match[str]) -> Iterator[Term]:
        """The terms of one token: none where it holds no letter or digit."""
        name, value = (token["name"] or "").lower(), token["phrase"] or token["word"] or ""
        words = WORD.findall(value)
        if filtered := self.read_filter(token, name, value):
            yield filtered
        elif name in FIELDS and words:
            yield Text(" ".join(words), len(words) > 1 or token["phrase"] is not None, FIELDS[name])
        elif token["phrase"] is not None and words and not name:
            yield Text(" ".join(words), True)
        else:
            whole = token[0].removeprefix(token["minus"] or "")
            self.note(whole)
            yield from map(Text, WORD.findall(whole))

    def read_filter(self, token: re.Match[str], name: str, value: str) -> Filter | None:
        """The filter that a token is, None for any other."""
        if not self.has_filters:
            return None
        if name == "year" and (years := YEARS.fullmatch(value)) and value.strip("-–."):
            first, last = (years[1], years[1]) if years[1] else (years[2] or FIRST_YEAR, years[3] or LAST_YEAR)
            return Filter("year", f"{first}-{last}")
        if name == "has" and value.lower() in HAS:
            return Filter("has", value.lower())
        if name == "topic" and WORD.search(value):
            return Filter("topic", value.strip())
        word = token[0].strip(",.;<>()[]")
        return None if token["phrase"] else self.find(word) or self.identify(word)

    def identify(self, word: str) -> Filter | None:
        """The filter for an identifier or an address of one."""
        found = read_identifier(word)
        return Filter(*found) if found else None

    def note(self, token: str) -> None:
        """Say how a token is read where that may surprise."""
        word = token.rstrip(",.;!?")
        self.notes += [words.format(word) for pattern, words in MISREAD if pattern.fullmatch(word)][:1]


MISREAD = (  # what means something to other searches, and how it is read here
    (re.compile(r"AND|OR|NOT|NEAR"), "`{}` is read as a word."),
    (re.compile(r"NEAR(/\d+|\(.*)"), "`{}` is read as words, wherever they stand."),
    (re.compile(r"year:.*", re.I), "`{}` names no year and is read as words: write `year:2021`, or `year:2020-2023`."),
    (re.compile(r"has:.*", re.I), "`{}` is read as words: " + f"`has:` knows {', '.join(HAS)}."),
    (re.compile(r"\w+:.*"), "`{}` is looked for in every field."),
    (re.compile(r"\w+\*"), "`{}`: the asterisk isn't needed; every word matches as a prefix."),
    (re.compile(r".*\w[^\w\s]+\w.*"), "`{}` is read as separate words; double quotes keep them together."),
    (re.compile(r".*[\W_].*"), "Of `{}` only letters and digits are read."),
)


def quote(text: str) -> str:
    """A search whose words are found exactly as they are written: each in double quotes.

    >>> quote("groking -vision year:2020")
    '"groking" -vision year:2020'
    """

    def quoted(token: re.Match[str]) -> str:
        is_plain = token["word"] and not token["minus"] and not token["name"] and WORD.search(token["word"])
        return f'"{token[0]}"' if is_plain and token[0] not in ("OR", "AND", "NOT", "|", "||") else token[0]

    return TOKEN.sub(quoted, compose(text))
