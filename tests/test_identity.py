"""Addresses to identifiers, identifiers to keys, and citation keys."""

from __future__ import annotations

import re

import pytest
from lists import NESTED, make_entry, records_of, write_list

from phenomena.papers.citekeys import make_citekeys
from phenomena.papers.identifiers import find_identifiers, identify, submitted_month
from phenomena.reader.grammar.links import Link

ADDRESSES = (
    ("https://arxiv.org/abs/2409.15156", "arxiv", "2409.15156", "arxiv-2409-15156"),
    ("http://www.arxiv.org/abs/2409.15156v3", "arxiv", "2409.15156", "arxiv-2409-15156"),
    ("https://arxiv.org/pdf/2409.15156.pdf", "arxiv", "2409.15156", "arxiv-2409-15156"),
    ("https://arxiv.org/pdf/2409.15156v2.pdf?download=1#page=3", "arxiv", "2409.15156", "arxiv-2409-15156"),
    ("https://arxiv.org/html/2409.15156v1/", "arxiv", "2409.15156", "arxiv-2409-15156"),
    ("https://export.arxiv.org/abs/0704.0001", "arxiv", "0704.0001", "arxiv-0704-0001"),
    ("https://arxiv.org/abs/math.GT/0309136v1", "arxiv", "math/0309136", "arxiv-math-0309136"),
    ("https://arxiv.org/pdf/cond-mat/9801001.pdf", "arxiv", "cond-mat/9801001", "arxiv-cond-mat-9801001"),
    ("https://doi.org/10.48550/arXiv.2409.15156v1", "arxiv", "2409.15156", "arxiv-2409-15156"),
    ("https://openreview.net/forum?id=LdEhiMG9WLO", "openreview", "LdEhiMG9WLO", "openreview-LdEhiMG9WLO"),
    ("https://openreview.net/pdf?id=a-b_C1&name=pdf", "openreview", "a-b_C1", "openreview-a-b_C1"),
    ("https://doi.org/10.1073/PNAS.22013", "doi", "10.1073/pnas.22013", "doi-10-1073-pnas-22013"),
    ("https://www.pnas.org/doi/abs/10.1073/pnas.22013", "doi", "10.1073/pnas.22013", "doi-10-1073-pnas-22013"),
    ("https://www.pnas.org/doi/full/10.1073/pnas.22013/", "doi", "10.1073/pnas.22013", "doi-10-1073-pnas-22013"),
    ("https://www.science.org/doi/10.1126/sciadv.ab1", "doi", "10.1126/sciadv.ab1", "doi-10-1126-sciadv-ab1"),
    ("https://biorxiv.org/content/10.1101/2021.01.4v2.full.pdf", "doi", "10.1101/2021.01.4", "doi-10-1101-2021-01-4"),
    ("https://www.biorxiv.org/content/10.1101/2021.01.4v1", "doi", "10.1101/2021.01.4", "doi-10-1101-2021-01-4"),
    ("https://nature.com/articles/s41586-24-y?a=S#E", "doi", "10.1038/s41586-24-y", "doi-10-1038-s41586-24-y"),
    ("https://www.nature.com/articles/nature14539.pdf", "doi", "10.1038/nature14539", "doi-10-1038-nature14539"),
    ("https://psyarxiv.com/5zf4s/", "doi", "10.31234/osf.io/5zf4s", "doi-10-31234-osf-io-5zf4s"),
    ("https://osf.io/preprints/psyarxiv/5zf4s_v1", "doi", "10.31234/osf.io/5zf4s", "doi-10-31234-osf-io-5zf4s"),
    ("https://direct.mit.edu/neco/article/10.1162/neco_a_01/1/A", "doi", "10.1162/neco_a_01", "doi-10-1162-neco-a-01"),
    ("https://doi.org/10.1016/S08(05)80", "doi", "10.1016/s08(05)80", "doi-10-1016-s08-05-80"),
    ("https://www.frontiersin.org/articles/10.3389/fn.1/full", "doi", "10.3389/fn.1", "doi-10-3389-fn-1"),
)  # fmt: skip
UNIDENTIFIED = (
    "https://arxiv.org/list/cs.LG/recent",
    "https://arxiv.org/abs/2413.00001",  # no thirteenth month
    "https://arxiv.org/abs/xxxx.xxxxx",
    "https://notarxiv.org/abs/2409.15156",
    "https://arxiv.org.example.org/abs/2409.15156",
    "https://openreview.net/group?id=ICLR.cc/2022",
    "https://openreview.net/forum?id=",
    "https://www.pnas.org/content/116/32/15849",
    "https://www.nature.com/articles/323533a0",
    "https://osf.io/abcde",
    "https://proceedings.mlr.press/v139/a.html",
    "http://[",
    "",
)


@pytest.mark.parametrize(("url", "scheme", "identifier", "key"), ADDRESSES)
def test_an_address_gives_its_identifier_and_key(url: str, scheme: str, identifier: str, key: str) -> None:
    assert identify(url) == (scheme, identifier)
    assert find_identifiers([url]).key == key


@pytest.mark.parametrize("url", UNIDENTIFIED)
def test_other_addresses_identify_nothing(url: str) -> None:
    assert identify(url) is None
    assert find_identifiers([url]).key is None


@pytest.mark.parametrize(
    ("arxiv_id", "month"),
    [("2409.15156", "2024-09"), ("0704.0001", "2007-04"), ("math/0309136", "2003-09"), ("cond-mat/9801001", "1998-01")],
)
def test_an_arxiv_id_gives_its_month(arxiv_id: str, month: str) -> None:
    assert submitted_month(arxiv_id) == month


def test_the_first_link_gives_the_key_and_all_give_identifiers() -> None:
    found = find_identifiers(
        ["https://x.org", "https://doi.org/10.1/x", "https://doi.org/10.1000/x", "https://arxiv.org/abs/2409.15156"]
    )
    assert (found.key, found.doi, found.arxiv_id, found.openreview_id, found.submitted) == (
        "doi-10-1000-x",
        "10.1000/x",
        "2409.15156",
        None,
        "2024-09",
    )


def keys_of(*entries: object) -> list[str]:
    return [str(row["id"]) for row in records_of(write_list(entries, NESTED)).tables["papers"]]  # type: ignore[arg-type]


def test_a_paper_without_identifier_is_known_by_its_title() -> None:
    link = (Link("paper", "https://x.example.org/a.pdf"),)
    assert keys_of(make_entry(1, title="Why & How?", links=link), make_entry(2, links=())) == [
        "why-how",
        "paper-number-2",
    ]


def test_code_identifies_no_paper() -> None:
    links = (Link("code", "https://arxiv.org/abs/2201.00009"), Link("paper", "https://x.example.org/a.pdf"))
    assert keys_of(make_entry(1, links=links)) == ["paper-number-1"]


def test_two_identities_never_share_a_key() -> None:
    one = make_entry(1, title="One", links=(Link("paper", "https://doi.org/10.1000/a.b"),))
    other = make_entry(2, title="Other", links=(Link("paper", "https://doi.org/10.1000/a-b"),))
    first, second = keys_of(one, other)
    assert first == "doi-10-1000-a-b"
    assert re.fullmatch(r"doi-10-1000-a-b-x[0-9a-f]{12}", second)


def test_a_key_of_openreview_keeps_upper_and_lower_case_apart() -> None:
    entries = [
        make_entry(number, links=(Link("paper", f"https://openreview.net/forum?id={name}"),))
        for number, name in enumerate(("AbCdE", "aBcDe"), 1)
    ]
    assert keys_of(*entries) == ["openreview-AbCdE", "openreview-aBcDe"]


LEE = ["Ann Lee"]
CITEKEYS = (
    (("a", LEE, 2022, "Deep Nets", "2022-01"), "lee2022deep"),
    (("a", LEE, 2022, "On the Role of a Net", "2022-01"), "lee2022role"),
    (("a", ["Léon van der Böttou-Smith"], 2022, "What's New?", None), "bottousmith2022whats"),
    (("a", [], None, "Why?", None), "anonndwhy"),
    (("a", ["王伟"], 2022, "…", None), "wangwei2022untitled"),
    (("a", ["..."], 2022, "$\\ell_2$", None), "anon2022ell"),
)


@pytest.mark.parametrize(("paper", "key"), CITEKEYS)
def test_a_citation_key_is_name_year_and_word(
    paper: tuple[str, list[str], int | None, str, str | None], key: str
) -> None:
    assert make_citekeys([paper]) == {"a": key}


def test_papers_that_would_share_a_citation_key_take_more_words() -> None:
    papers = [
        ("c", LEE, 2022, "Deep Nets", "2022-03"),
        ("a", LEE, 2022, "Deep Nets", "2022-02"),
        ("b", LEE, 2022, "Deep Trees", "2022-01"),
        ("d", LEE, 2022, "Deep", "2022-04"),
    ]
    keys = make_citekeys(papers)
    assert keys == {"b": "lee2022deep", "a": "lee2022deepnets", "c": "lee2022deepnets2", "d": "lee2022deep2"}
    assert make_citekeys(reversed(papers)) == keys, "whatever the order of the list"


def test_a_newer_paper_takes_no_citation_key() -> None:
    papers = [("a", LEE, 2022, "Deep Nets", "2022-02"), ("b", LEE, 2022, "Deep Trees", "2022-01")]
    before = make_citekeys(papers)
    after = make_citekeys([("new", LEE, 2022, "Deep Nets", "2022-09"), *papers])
    assert {key: after[key] for key in before} == before
    assert len(set(after.values())) == 3
