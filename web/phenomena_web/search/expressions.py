"""A search as SQL: one MATCH expression for the index, and one condition on papers, with bound values.

The index holds stems (`grok` for grokking), and a prefix of a word need not be a prefix of its stem: `grokk` isn't. So
a prefix also finds the whole words that begin with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from .language import Filter, Group, Search, Term, Text

Longer = Callable[[str], list[str]]  # the longer words of which a word is a prefix; none where there are too many
NOTHING = '""'  # the expression that finds nothing
MATCHES = "papers.rowid in (select rowid from papers_fts where papers_fts match :{})"
RANKED = MATCHES.format("match")  # the condition by whose value papers are ranked
MATCHED = "select {} from papers_fts where papers_fts match :match"  # of these alone, by the index alone
CONDITIONS = {
    "dated": ":{0} in (papers.year, papers.venue_year, cast(substr(papers.submitted, 1, 4) as integer))",
    "topic": "papers.id in (select paper from listings where topic in (select id from topics"
    " where id = lower(replace(:{0}, ' ', '-')) or instr(lower(name), lower(:{0}))))",
    "arxiv_id": "papers.arxiv_id is :{0}",
    "doi": "papers.doi is :{0}",
    "openreview_id": "papers.openreview_id is :{0}",
    "id": "papers.id = :{0}",
    "citekey": "papers.citekey = :{0}",
    "address": "papers.id in (select id from papers where :{0} in (paper_url, code_url)"
    " union select paper from links where url = :{0})",
}
YEARS = "papers.id in (select paper from listings where year between :{0} and :{1})"
COLUMNS = {"code": "code_url", "link": "paper_url", "arxiv": "arxiv_id", "digest": "digest", "venue": "venue"}
COLUMNS |= {"doi": "doi"}


def no_words(word: str) -> list[str]:
    """The longer words where none are known."""
    return []


def as_prefix(word: str, find_longer: Longer) -> str:
    """One word as an expression: a prefix of stems, or one of the longer words of which it is a prefix."""
    longer = find_longer(word)
    return "(" + " OR ".join([f'"{word}"*', *(f'"{one}"' for one in longer)]) + ")" if longer else f'"{word}"*'


def express(text: Text, find_longer: Longer) -> str:
    """A word or phrase as an expression."""
    found = f'"{text.text}"' if text.is_phrase else as_prefix(text.text, find_longer)
    return f"{text.column} : {found}" if text.column else found


def either(texts: Iterable[Text], find_longer: Longer) -> str:
    """An expression that is met by any of some texts."""
    found = [express(text, find_longer) for text in texts]
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def texts_of(terms: Iterable[Term]) -> list[Text]:
    """The texts among terms."""
    return [term for term in terms if isinstance(term, Text)]


def unwanted_texts(search: Search) -> list[Text]:
    """The texts that are excluded: as whole words, for a prefix would exclude more than is typed."""
    return [replace(text, is_phrase=True) for text in texts_of(search.excluded)]


def match_expression(search: Search, find_longer: Longer = no_words) -> str | None:
    """The MATCH of a search: its groups of texts alone. None where it has none.

    >>> from .language import parse
    >>> match_expression(parse('double "neural collapse" c++ -vision'))
    '("double"* AND "neural collapse" AND "c"*) NOT "vision"'
    """
    groups = [texts_of(group) for group in search.groups if len(texts_of(group)) == len(group)]
    if not groups:
        return None
    wanted = " AND ".join(either(group, find_longer) for group in groups)
    unwanted = unwanted_texts(search)
    return f"({wanted}) NOT {either(unwanted, find_longer)}" if unwanted else wanted


@dataclass
class Condition:
    """The SQL condition of a search, and its bound values by name."""

    clauses: list[str] = field(default_factory=list)
    values: dict[str, str | int] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """The condition, on the table papers."""
        return " and ".join(self.clauses)

    @property
    def count(self) -> str:
        """The SQL of the number of papers that meet it, as `n`."""
        if self.sql == RANKED:
            return MATCHED.format("count(*) as n")
        return f"select count(*) as n from papers where {self.sql}"

    @property
    def is_ranked(self) -> bool:
        """Whether papers can be ranked by it."""
        return "match" in self.values

    def bind(self, name: str, value: str | int) -> str:
        """Bind a value; gives the name of its parameter."""
        number = sum(known.rstrip("0123456789") == name for known in self.values)
        bound = f"{name}{number + 1}" if number else name
        self.values[bound] = value
        return bound

    def of(self, term: Term, find_longer: Longer) -> str:
        """The SQL of one term."""
        if isinstance(term, Text):
            return MATCHES.format(self.bind("words", express(term, find_longer)))
        if term.name == "year":
            first, last = term.value.split("-")
            return YEARS.format(self.bind("from", int(first)), self.bind("to", int(last)))
        if term.name == "has":
            return f"papers.{COLUMNS[term.value]} is not null" if term.value in COLUMNS else "papers.keywords != '[]'"
        return CONDITIONS[term.name].format(
            self.bind(term.name, int(term.value) if term.name == "dated" else term.value)
        )

    def of_group(self, group: Group, find_longer: Longer) -> str:
        """The SQL of alternatives."""
        found = [self.of(term, find_longer) for term in group]
        return found[0] if len(found) == 1 else f"({' or '.join(found)})"


def condition(search: Search, find_longer: Longer = no_words) -> Condition:
    """The SQL of a search. One without anything to look for finds nothing."""
    made = Condition()
    match = match_expression(search, find_longer) if search else NOTHING
    if match:
        made.clauses.append(MATCHES.format(made.bind("match", match)))
    mixed = [group for group in search.groups if len(texts_of(group)) < len(group)]
    made.clauses += [made.of_group(group, find_longer) for group in mixed]
    if not match and (unwanted := unwanted_texts(search)):
        made.clauses.append("not " + MATCHES.format(made.bind("without", either(unwanted, find_longer))))
    made.clauses += [f"not {made.of(term, find_longer)}" for term in search.excluded if isinstance(term, Filter)]
    return made
