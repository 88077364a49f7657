"""A search as a sentence, where it is more than words as they stand."""

from __future__ import annotations

from .language import FIRST_YEAR, LAST_YEAR, Filter, Group, Search, Term
from .words import fold

NOTHING_TO_LOOK_FOR = "There is nothing to look for: the search holds no letter or digit."
HAVING = {"code": "code", "link": "a link", "arxiv": "an arXiv id", "doi": "a DOI", "digest": "a digest"}
HAVING |= {"venue": "a venue", "keywords": "keywords"}
IDENTIFIERS = {
    "arxiv_id": "arXiv",
    "doi": "DOI",
    "openreview_id": "OpenReview id",
    "id": "key",
    "citekey": "citation key",
}
IDENTIFIERS |= {"address": "address"}


def describe_term(term: Term) -> str:
    """A term as part of a sentence.

    >>> from .language import Text
    >>> describe_term(Text("neural collapse", True, "title")), describe_term(Filter("year", "2020-9999"))
    ('“neural collapse” in the title', 'list year 2020 or later')
    """
    if isinstance(term, Filter):
        return describe_filter(term)
    text = f"“{term.text}”" if term.is_phrase else term.text.lower()
    return f"{text} in the {term.column}" if term.column else text


def describe_filter(term: Filter) -> str:
    """A filter as part of a sentence."""
    if term.name == "has":
        return HAVING[term.value]
    if term.name == "year":
        first, last = term.value.split("-")
        years = first if first == last else f"{first}–{last}"
        years = f"{first} or later" if last == LAST_YEAR else f"{last} or earlier" if first == FIRST_YEAR else years
        return f"list year {years}"
    if term.name in ("topic", "dated"):
        return f"{'year' if term.name == 'dated' else 'topic'} {term.value}"
    return f"{IDENTIFIERS[term.name]} {term.value}"


def describe_group(group: Group) -> str:
    """Alternatives as part of a sentence."""
    return " or ".join(map(describe_term, group))


def describe(search: Search) -> str:
    """What a search looks for.

    >>> from .language import parse
    >>> describe(parse("double OR triple descent -vision has:code year:-2020"))
    'Searched for papers with all of: double or triple; descent; code; list year 2020 or earlier; but without: vision.'
    """
    wanted = "; ".join(map(describe_group, search.groups))
    unwanted = "; ".join(map(describe_term, search.excluded))
    many = "all of: " if len(search.groups) > 1 else ""
    parts = [f"with {many}{wanted}"] if wanted else []
    parts += [f"{'but ' if wanted else ''}without: {unwanted}"] if unwanted else []
    return f"Searched for papers {'; '.join(parts)}."


def notes_on(search: Search, typed: str) -> list[str]:
    """Sentences on how a text was read; none where it is words and phrases, which are read as they stand."""
    if not search:
        return [NOTHING_TO_LOOK_FOR] if fold(typed).strip() else []
    return [] if search.is_plain else [describe(search), *search.notes]
