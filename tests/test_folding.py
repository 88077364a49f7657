"""What counts as the same keyword, author, topic or venue."""

from __future__ import annotations

import csv
import re

import pytest

from phenomena.papers.folding import fold_author, fold_keyword, slug
from phenomena.papers.grouping import spellings
from phenomena.papers.venues import TABLE, Venue, is_known, known_venues, parse_venue

SAME_KEYWORDS = (
    ("neuralscalinglaw", "Neural Scaling Law", "Neural scaling Law", "Neural Scaling Laws", "neural-scaling laws."),
    ("pretraining", "Pre-training", "Pretraining", "pre training", "PRE–TRAINING"),
    ("gan", "GAN", "GANs"),
    ("theory", "Theory", "Theories"),
    ("class", "Class", "Classes"),
    ("box", "Box", "Boxes"),
    ("analysis", "Analysis", "Analyses"),
    ("lotterytickethypothesis", "Lottery Ticket Hypothesis", "lottery-ticket hypotheses"),
    ("inductivebias", "Inductive Bias", "Inductive Biases"),
    ("confusionmatrix", "Confusion Matrix", "confusion matrices"),
    ("ubernet", "Über-Net", "Uber Nets"),
)
DIFFERENT_KEYWORDS = (
    ("Dynamics", "Dynamic"),
    ("Loss", "Los"),
    ("C++", "C"),
    ("C#", "C"),
    ("L1", "L2"),
    ("Neural Network", "Neural Networking"),
    ("Basis", "Basi"),
)


@pytest.mark.parametrize("case", SAME_KEYWORDS, ids=lambda case: case[0])
def test_spellings_of_one_keyword_share_a_key(case: tuple[str, ...]) -> None:
    key, *written = case
    assert {fold_keyword(text) for text in written} == {key}


@pytest.mark.parametrize(("one", "other"), DIFFERENT_KEYWORDS)
def test_different_keywords_stay_apart(one: str, other: str) -> None:
    assert fold_keyword(one) != fold_keyword(other)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("laurentviennot", ("Laurent Viennot", "Laurent_Viennot", "laurent viennot", "Laurent  Viennot")),
        ("leonbottou", ("Léon Bottou", "Leon Bottou")),
        ("pyoudeyer", ("P.-Y. Oudeyer", "P. Y. Oudeyer", "PY Oudeyer")),
        ("erdos", ("Erdős", "Erdös", "Erdos")),
    ],
)
def test_spellings_of_one_author_share_a_key(key: str, written: tuple[str, ...]) -> None:
    assert {fold_author(text) for text in written} == {key}


def test_different_authors_stay_apart() -> None:
    names = ("Ann Lee", "Ann Leeb", "A. Lee", "Anna Lee")
    assert len({fold_author(name) for name in names}) == len(names)


@pytest.mark.parametrize("fold", [slug, fold_keyword, fold_author])
def test_text_without_letters_has_a_key_of_its_own(fold: object) -> None:
    assert callable(fold)
    keys = [fold(text) for text in ("…", "!?", "—", "")]
    assert len(set(keys)) == 4
    assert all(re.fullmatch(r"x[0-9a-f]{12}", key) for key in keys)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Neural Collapse", "neural-collapse"),
        ("NTK & Kernels", "ntk-kernels"),
        ("C++", "c-plus-plus"),
        ("Emergence and Phase Transitions", "emergence-and-phase-transitions"),
        ("王伟", "wang-wei"),
        ("../../etc/passwd?<script>", "etc-passwd-script"),
    ],
)
def test_a_slug_is_ascii_words_and_hyphens(text: str, key: str) -> None:
    assert slug(text) == key


def test_keys_are_no_longer_than_a_file_name_may_be() -> None:
    assert {len(fold("x y " * 200)) <= 120 for fold in (slug, fold_keyword, fold_author)} == {True}


def test_the_most_used_spelling_comes_first_and_among_equals_the_one_written_first() -> None:
    assert spellings(["Net", "net", "A", "net"], str.casefold) == {"net": ("net", "Net"), "a": ("A",)}
    assert spellings(["Net", "net", "net", "Net"], str.casefold) == {"net": ("Net", "net")}


NEURIPS = Venue("neurips", "NeurIPS", "Conference on Neural Information Processing Systems", "conference")
ICLR = Venue("iclr", "ICLR", "International Conference on Learning Representations", "conference")
VENUES = (
    ("NeurIPS 2022", NEURIPS, 2022),
    ("NIPS 2017", NEURIPS, 2017),
    ("NeurIPS 2022 (Oral)", NEURIPS, 2022),
    ("ICLR, 2021, Spotlight", ICLR, 2021),
    ("ICLR’2022", ICLR, 2022),
    ("ICLR (2022).", ICLR, 2022),
    ("PNAS", Venue("pnas", "PNAS", "Proceedings of the National Academy of Sciences", "journal"), None),
    ("PhD Thesis", Venue("phd-thesis", "PhD Thesis", "Doctoral thesis", "thesis"), None),
    (
        "Nat. Commun. 2023",
        Venue("nature-communications", "Nature Communications", "Nature Communications", "journal"),
        2023,
    ),
    (
        "ICML 2022 Workshop",
        Venue(
            "icml-workshop", "ICML Workshop", "Workshop at the International Conference on Machine Learning", "workshop"
        ),
        2022,
    ),
    ("ICML UDL Workshop 2021", Venue("icml-udl-workshop", "ICML UDL Workshop", None, "workshop"), 2021),
    ("EMNLP 2021 Findings", Venue("emnlp-findings", "EMNLP Findings", None, None), 2021),
    ("Journal of Odd Results 2022", Venue("journal-of-odd-results", "Journal of Odd Results", None, None), 2022),
    ("2022", Venue("2022", "2022", None, None), 2022),
    ("ICLR 20222", ICLR, None),
    ("ICLR 2O22", ICLR, None),
    ("ICLR 22", ICLR, None),
    ("ICLR'22", ICLR, None),
    ("ICLR 2022-23", ICLR, None),
    ("ICLR 2021/2022", ICLR, None),
    ("ICLR 2022 (Oral) 2022", ICLR, 2022),
    ("ICLR 2062", ICLR, None),
    ("Layer 22", Venue("layer-22", "Layer 22", None, None), None),
)


@pytest.mark.parametrize(("written", "venue", "year"), VENUES)
def test_a_venue_as_written_is_a_venue_and_a_year(written: str, venue: Venue, year: int | None) -> None:
    assert parse_venue(written) == (venue, year)


def test_only_venues_of_the_table_and_workshops_are_known() -> None:
    written = [text for text, *_ in VENUES if not is_known(parse_venue(text)[0])]
    assert written == ["EMNLP 2021 Findings", "Journal of Odd Results 2022", "2022", "Layer 22"]


def test_the_table_of_venues_is_sound() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = [row["id"] for row in rows]
    assert ids == sorted(set(ids))
    assert {row["kind"] for row in rows} == {"conference", "journal", "thesis", ""}
    names = [slug(name) for row in rows for name in {row["name"], *filter(None, row["aliases"].split(";"))}]
    assert len(names) == len(set(names)), "no name belongs to two venues"
    assert all(known_venues()[slug(row["name"])].id == row["id"] for row in rows)
