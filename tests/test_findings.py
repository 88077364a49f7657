"""What shows when values are compared: misspelt keywords, one person under two names, venues before their paper."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from lists import NESTED, make_entry, records_of, write_list

from phenomena.papers.folding import fold_author
from phenomena.papers.misspellings import MAX_WORDS, is_misspelling, misspelt_keywords
from phenomena.papers.namesakes import other_names
from phenomena.reader.drafts import Entry
from phenomena.reader.grammar.links import Link
from phenomena.reader.limits import USUAL
from phenomena.reader.problems import RULES, Problem

OTHERS = ("Dana Ng", "Eve Roe", "Flo Poe", "Gus Moe", "Hal Zoe", "Ida Coe")
FREQUENT = "Sharpness and Initialization, Generalization, Over-Parameterization, Pretraining, Symmetry, Minima"


def found(entries: Sequence[Entry], code: str) -> list[str]:
    """The messages of one code that a list of these entries gets."""
    return [problem.message for problem in records_of(write_list(entries, NESTED)).problems if problem.code == code]


def keyword_list(*keywords: str, titles: int = 10) -> list[Entry]:
    """Entries with a keyword each, after some whose titles hold all FREQUENT words."""
    plain = [make_entry(number, title=f"{FREQUENT} {number}", keywords=("One",)) for number in range(titles)]
    return [*plain, *(make_entry(100 + place, keywords=(word,)) for place, word in enumerate(keywords))]


def team_list(*teams: str) -> list[Entry]:
    """An entry for each team of authors, their names separated by commas."""
    return [make_entry(number, authors=tuple(team.split(", "))) for number, team in enumerate(teams)]


# Keywords


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Pruning at Ininitialization", "Pruning at Initialization"),
        ("Shaprness-Aware Minimization", "Sharpness-Aware Minimization"),
        ("Shaprness Aware Minimization", "Sharpness-Aware Minimization"),
        ("Over-Parametrization", "Over-Parameterization"),
        ("Generalisation", "Generalization"),
        ("Pretraning Data", "Pre-training Data"),
        ("Flat Minnima", "Flat Minima"),
    ],
)
def test_a_slip_in_a_keyword_is_reported_at_each_use_with_both_spellings(wrong: str, right: str) -> None:
    entries = keyword_list(wrong, right, wrong)
    lines = write_list(entries, NESTED).splitlines()
    places = [number for number, line in enumerate(lines, 1) if wrong in line]
    assert found(entries, "keyword-typo") == [
        f"Line {line}: the keyword “{wrong}” may be a misspelling of “{right}”. "
        f"If so, write “{right}” instead of “{wrong}”."
        for line in places
    ]
    assert len(places) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Double Descent", "Deep Double Descent"),
        ("Generalization", "Generalizations"),  # one key: not a misspelling, but a spelling
        ("Symmetry", "Asymmetry"),
        ("Minima", "Minimax"),
        ("Initialization", "Initializations at Random"),
        ("Representation Similarity", "Representational Similarity"),
        ("Probing", "Pruning"),
        ("L1 Regularization", "L2 Regularization"),
        ("Mode Connectivity", "Model Connectivity"),
        ("Normalization", "Re-Normalization"),
        ("Lazy Learning", "Lazy Training"),
    ],
)
def test_two_right_keywords_are_not_misspellings(one: str, other: str) -> None:
    entries = keyword_list(*[one] * 20, other)
    assert found(entries, "keyword-typo") == []
    assert found(keyword_list(one, *[other] * 20), "keyword-typo") == []


def test_a_keyword_that_nobody_else_writes_is_not_reported() -> None:
    assert found(keyword_list("Generalisation"), "keyword-typo") == []


def test_the_right_word_is_five_times_as_frequent() -> None:
    assert found(keyword_list("Generalisation", "Generalization", titles=3), "keyword-typo") == []
    assert len(found(keyword_list("Generalisation", "Generalization", titles=4), "keyword-typo")) == 1
    assert found(keyword_list(*["Generalisation"] * 2, "Generalization", titles=4), "keyword-typo") == []


@pytest.mark.parametrize(
    ("word", "right", "expected"),
    [
        ("duoble", "double", True),
        ("shaprness", "sharpness", True),
        ("minimia", "minima", True),
        ("parametrization", "parameterization", True),
        ("regularisation", "regularization", True),
        ("ininitialization", "initialization", True),
        ("double", "double", False),
        ("simplicity", "implicit", False),
        ("convolutional", "convolution", False),
        ("extrapolation", "interpolation", False),
        ("learner", "learned", False),
        ("abcdefgh", "acbdefhg", False),
    ],
)
def test_a_slip_is_one_and_inside_the_word(word: str, right: str, expected: bool) -> None:
    assert is_misspelling(word, right) is expected


# Authors


@pytest.mark.parametrize(
    ("one", "full"),
    [
        ("Philip Torr", "Philip H.S. Torr"),
        ("Philip Torr", "Philip H. S. Torr"),
        ("Ila Fiete", "Ila Rani Fiete"),
        ("Piotr A. Sokol", "Piotr Aleksander Sokol"),
        ("Jose Gonzalez Ortiz", "Jose Javier Gonzalez Ortiz"),
        ("Jan van der Berg", "Jan P. van der Berg"),
        ("Robert Downey, Jr", "Robert J. Downey, Jr"),
    ],
)
def test_a_name_with_and_without_middle_names_is_reported_with_both(one: str, full: str) -> None:
    entries = [make_entry(number, authors=(name,)) for number, name in enumerate([one, full])]
    assert found(entries, "author-variant") == [
        f"Line 10: the author “{one}” may be “{full}”. If they are one person, write “{full}” instead of “{one}”."
    ]


def test_the_most_used_name_stays_and_every_use_of_the_others_is_reported() -> None:
    entries = team_list(*["Andrew Saxe"] * 2, "Andrew Michael Saxe", "Andrew M. Saxe", "Andrew M. Saxe", "Andrew Saxe")
    assert [message.split("”")[0].rpartition("“")[2] for message in found(entries, "author-variant")] == [
        "Andrew Michael Saxe",
        "Andrew M. Saxe",
        "Andrew M. Saxe",
    ]


@pytest.mark.parametrize(
    "teams",
    [
        ("Wei Chen", "Wei X. Chen"),
        ("Yu Wang", "Yu Xiang Wang"),
        ("John Doe, John A. Doe",),
        ("John A. Doe", "John B. Doe"),
        ("John A. Doe", "John B. Doe", "John Doe"),
        ("Ann Mary Doe", "Ann Sue Doe"),
        ("Mary Ann Doe", "Ann Doe"),
        ("J. Doe", "J. K. Doe"),
        ("Jaeho Stone", "Jaehoon Stone"),
        ("Yu-Xiang Stone", "Yu Stone"),
        ("Sam Doe", "Sam K. Doe, Jr."),
        ("The BIG Team", "The Team"),
        ("Plato", "Plato P."),
        ("Ann Doe", "Ann B. Doe", *(f"{first} Doe" for first in ("Cy", "Di", "Ed", "Flo", "Gus"))),
    ],
    ids="; ".join,
)
def test_names_that_need_not_be_one_person_are_not_reported(teams: Sequence[str]) -> None:
    assert found(team_list(*teams), "author-variant") == []


def test_a_shared_coauthor_speaks_for_one_person_under_a_common_name() -> None:
    entries = team_list("Wei Chen, Dana Ng", "Eve Roe, Wei X. Chen, Dana Ng")
    assert found(entries, "author-variant") == [
        "Line 10: the author “Wei Chen” may be “Wei X. Chen”. "
        "If they are one person, write “Wei X. Chen” instead of “Wei Chen”."
    ]
    crowd = ", ".join(f"Person {chr(97 + one // 26)}{chr(97 + one % 26)}" for one in range(120))
    assert found(team_list(f"Wei Chen, {crowd}", f"Wei X. Chen, {crowd}"), "author-variant") == []


# Venues


@pytest.mark.parametrize(
    ("venue", "arxiv", "reported"),
    [
        ("ICML 2017", "1902.04811", True),
        ("NeurIPS 2023", "2404.00001", True),
        ("NeurIPS 2023", "2403.00001", False),  # posted after the conference, as many are
        ("ACCV 2020", "2101.08515", False),
        ("ICML 2022", "2107.00001", False),
        ("ICML", "2107.00001", False),
    ],
)
def test_a_venue_is_reported_when_the_paper_came_months_after_its_year(venue: str, arxiv: str, reported: bool) -> None:
    entry = make_entry(1, venue=venue, links=(Link("paper", f"https://arxiv.org/abs/{arxiv}"),))
    month = f"20{arxiv[:2]}-{arxiv[2:4]}"
    message = f"Line 10: the venue “{venue}” is earlier than the arXiv submission ({month}). Check its year."
    assert found([entry], "venue-before-arxiv") == [message] * reported


# All rules


def test_the_new_findings_are_warnings_in_the_database_with_their_field() -> None:
    entry = make_entry(1, authors=("Ila Fiete",), venue="ICML 2017", keywords=("Flat Minimia",))
    others = keyword_list("Flat Minima")
    tables = records_of(write_list([*others, make_entry(2, authors=("Ila Rani Fiete",)), entry], NESTED)).tables
    codes = ("author-variant", "keyword-typo", "venue-before-arxiv")
    rows = [(row["code"], row["severity"], row["field"], row["paper"]) for row in tables["problems"]]
    assert [row for row in rows if row[0] in codes] == [
        ("venue-before-arxiv", "warning", "venue", "arxiv-2201-00001"),
        ("author-variant", "warning", "authors", "arxiv-2201-00001"),
        ("keyword-typo", "warning", "keywords", "arxiv-2201-00001"),
    ]


@pytest.mark.parametrize("code", RULES)
def test_a_message_says_where_what_and_what_to_do(code: str) -> None:
    rule = RULES[code]
    message = Problem(7, code, "{odd} “text”", None, "a {detail}").message
    assert message.startswith(f"Line 7: {rule.finding[:4]}")
    assert rule.finding[0].islower()
    assert not rule.finding.endswith(".")
    assert rule.remedy[0].isupper()
    assert message.endswith((".", ".`"))
    assert message.count("a {detail}") >= 1
    assert "key word" not in message.replace("Key Word: ", "")


def test_long_values_are_cut_in_a_message() -> None:
    message = Problem(1, "author-variant", "a" * 5000, "authors", "b" * 5000).message
    assert len(message) < 800
    assert ("a" * 159 + "…") in message
    assert ("b" * 159 + "…") in message


# Large lists: the comparisons are counted, because a clock would be luck


def letters(number: int) -> str:
    """A number as four letters."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(4))


def test_each_of_many_keywords_is_compared_with_few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    monkeypatch.setattr(
        "phenomena.papers.misspellings.is_misspelling", lambda word, right: bool(compared.append(word + right))
    )
    frequent = [f"Wo{letters(number)}rd" for number in range(8_000)]
    rare = [f"Wo{letters(number)}rd" for number in range(8_000, 20_000)]
    entries = [*[make_entry(1, keywords=tuple(frequent))] * 5, make_entry(2, keywords=tuple(rare))]
    assert misspelt_keywords(entries, {word.casefold(): word for word in (*frequent, *rare)}) == {}
    assert 0 < len(compared) < 100 * len(rare) < MAX_WORDS * len(rare)


def test_each_of_many_names_is_compared_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Sequence[str]] = []
    monkeypatch.setattr("phenomena.papers.namesakes.abbreviates", lambda middle, _: not compared.append(middle))
    people = [f"John {letters(number).title()} Doe" for number in range(USUAL.names // 10)]
    names = {fold_author(name): name for name in people}
    entries = [make_entry(number, authors=(name,)) for number, name in enumerate(people)]
    assert len(other_names(entries, names)) == len(people) - 1
    assert len(compared) == len(people)


def test_a_given_name_without_letters_is_like_no_other() -> None:
    """A stray full stop or dash is taken for a given name; the build must not end with a traceback."""
    assert found(team_list("... Lee, Ann Lee", ". Lee, Bo Chen"), "author-variant") == []
