"""Citations of one paper: kinds, years, names, LaTeX; each format is read back by a reader that didn't write it."""

from __future__ import annotations

import json

import pytest
from pybtex.database import parse_string
from readers import READERS, Cited, read_bibtex, read_latex, ris_records

from phenomena.citations import Row, make_citations
from phenomena.latex import decode, encode, encode_title
from phenomena.names import split_name

ICLR = {"id": "iclr", "name": "ICLR", "full_name": "International Conference on Learning Representations"}
VENUES: list[Row] = [
    {**ICLR, "kind": "conference"},
    {"id": "w", "name": "ICML Workshop", "full_name": None, "kind": "workshop"},
    {"id": "jmlr", "name": "JMLR", "full_name": "Journal of Machine Learning Research", "kind": "journal"},
    {"id": "thesis", "name": "PhD Thesis, MIT", "full_name": None, "kind": "thesis"},
    {"id": "blog", "name": "Some Blog", "full_name": None, "kind": None},
    {"id": "arxiv", "name": "arXiv", "full_name": "arXiv preprint", "kind": None},
]


def paper(**changes: str | int | None) -> Row:
    """The row of a paper with no venue, no identifier and no address."""
    row: dict[str, str | int | None] = {
        "id": "a-title",
        "title": "A Title",
        "year": 2022,
        "submitted": None,
        "venue": None,
        "venue_year": None,
        "authors": '["Ann Lee", "Bo Chen"]',
        "keywords": '["Grokking", "Weight Decay"]',
        "paper_url": None,
        "arxiv_id": None,
        "doi": None,
        "citekey": "lee2022title",
    }
    return {**row, **changes}


ON_ARXIV = {"arxiv_id": "2109.00001", "submitted": "2021-09", "paper_url": "https://arxiv.org/abs/2109.00001"}


def cite(**changes: str | int | None) -> dict[str, str]:
    """The three texts for one paper."""
    [row] = make_citations([paper(**changes)], VENUES)
    assert row["paper"] == "a-title"
    return {"bib": str(row["bibtex"]), "ris": str(row["ris"]), "csl": str(row["csl"])}


def read_all(texts: dict[str, str]) -> list[Cited]:
    """The citation as each format gives it."""
    read = [READERS["csl"](f"[{texts['csl']}]"), READERS["bib"](texts["bib"]), READERS["ris"](texts["ris"])]
    return [one for [one] in read]


def test_a_preprint_has_eprint_and_the_year_of_submission() -> None:
    texts = cite(**ON_ARXIV)
    assert texts["bib"] == (
        "@misc{lee2022title,\n"
        "\ttitle = {A Title},\n"
        "\tauthor = {Lee, Ann and Chen, Bo},\n"
        "\tpublisher = {arXiv},\n"
        "\tyear = {2021},\n"
        "\tmonth = sep,\n"
        "\teprint = {2109.00001},\n"
        "\tarchivePrefix = {arXiv},\n"
        "\tdoi = {10.48550/arxiv.2109.00001},\n"
        "\turl = {https://arxiv.org/abs/2109.00001},\n"
        "\tkeywords = {Grokking, Weight Decay}\n"
        "}\n"
    )
    assert texts["ris"] == (
        "TY  - UNPB\nID  - lee2022title\nAU  - Lee, Ann\nAU  - Chen, Bo\nTI  - A Title\nPB  - arXiv\nPY  - 2021\n"
        "DA  - 2021/09//\nAN  - arXiv:2109.00001\nDO  - 10.48550/arxiv.2109.00001\n"
        "UR  - https://arxiv.org/abs/2109.00001\nKW  - Grokking\nKW  - Weight Decay\nER  - \n"
    )
    assert json.loads(texts["csl"]) == {
        "id": "lee2022title",
        "type": "article",
        "title": "A Title",
        "author": [{"family": "Lee", "given": "Ann"}, {"family": "Chen", "given": "Bo"}],
        "publisher": "arXiv",
        "issued": {"date-parts": [[2021, 9]]},
        "number": "arXiv:2109.00001",
        "DOI": "10.48550/arxiv.2109.00001",
        "URL": "https://arxiv.org/abs/2109.00001",
        "keyword": "Grokking, Weight Decay",
    }


def test_a_conference_paper_has_the_full_name_the_year_of_the_venue_and_the_preprint_beside() -> None:
    texts = cite(**ON_ARXIV, venue="iclr", venue_year=2023, doi="10.1/x")
    entry = parse_string(texts["bib"], "bibtex").entries["lee2022title"]
    assert (entry.type, dict(entry.fields)) == (
        "inproceedings",
        {
            "title": "A Title",
            "booktitle": ICLR["full_name"],
            "year": "2023",
            "eprint": "2109.00001",
            "archivePrefix": "arXiv",
            "doi": "10.1/x",
            "url": "https://arxiv.org/abs/2109.00001",
            "keywords": "Grokking, Weight Decay",
        },
    )
    [record] = ris_records(texts["ris"])
    assert (record["TY"], record["T2"], record["PY"], record["AN"], "DA" in record) == (
        ["CPAPER"],
        [ICLR["full_name"]],
        ["2023"],
        ["arXiv:2109.00001"],
        False,
    )
    item = json.loads(texts["csl"])
    assert (item["type"], item["container-title"], item["issued"], item["note"]) == (
        "paper-conference",
        ICLR["full_name"],
        {"date-parts": [[2023]]},
        "arXiv:2109.00001",
    )


@pytest.mark.parametrize(
    ("changes", "bibtex", "ris", "csl"),
    [
        ({"venue": "iclr"}, ("inproceedings", "booktitle"), ("CPAPER", "T2"), ("paper-conference", "container-title")),
        ({"venue": "w"}, ("inproceedings", "booktitle"), ("CPAPER", "T2"), ("paper-conference", "container-title")),
        ({"venue": "jmlr"}, ("article", "journal"), ("JOUR", "T2"), ("article-journal", "container-title")),
        ({"venue": "thesis"}, ("phdthesis", "school"), ("THES", "PB"), ("thesis", "publisher")),
        ({"venue": "blog"}, ("misc", "howpublished"), ("GEN", "T2"), ("article", "container-title")),
        ({"venue": "arxiv", **ON_ARXIV}, ("misc", "publisher"), ("UNPB", "PB"), ("article", "publisher")),
    ],
)
def test_each_kind_of_venue_has_its_type_and_field(
    changes: dict[str, str], bibtex: tuple[str, str], ris: tuple[str, str], csl: tuple[str, str]
) -> None:
    texts = cite(**changes)
    [venue] = [venue for venue in VENUES if venue["id"] == changes["venue"]]
    name = "arXiv" if venue["id"] == "arxiv" else venue["full_name"] or venue["name"]
    entry = parse_string(texts["bib"], "bibtex").entries["lee2022title"]
    [record], item = ris_records(texts["ris"]), json.loads(texts["csl"])
    assert (entry.type, entry.fields[bibtex[1]]) == (bibtex[0], name)
    assert (record["TY"], record[ris[1]]) == ([ris[0]], [name])
    assert (item["type"], item[csl[1]]) == (csl[0], name)


@pytest.mark.parametrize(
    ("changes", "year"),
    [
        ({"venue": "iclr", "venue_year": 2023, "submitted": "2021-09"}, 2023),
        ({"venue": "iclr", "submitted": "2021-09"}, 2022),
        ({"venue": "iclr", "year": None, "submitted": "2021-09"}, 2021),
        ({"year": None}, None),
        ({"arxiv_id": "2109.00001", "submitted": None}, 2022),
    ],
)
def test_years(changes: dict[str, str | int | None], year: int | None) -> None:
    assert [one.year for one in read_all(cite(**changes))] == [year] * 3


def test_an_old_arxiv_id_names_its_class() -> None:
    fields = parse_string(cite(arxiv_id="math.GT/0309136")["bib"], "bibtex").entries["lee2022title"].fields
    assert (fields["eprint"], fields["primaryClass"]) == ("math.GT/0309136", "math.GT")


@pytest.mark.parametrize(
    ("name", "bibtex", "ris", "csl"),
    [
        ("Ann Lee", "Lee, Ann", "Lee, Ann", {"family": "Lee", "given": "Ann"}),
        (
            "Mihaela van der Schaar",
            "van der Schaar, Mihaela",
            "van der Schaar, Mihaela",
            {"family": "Schaar", "given": "Mihaela", "non-dropping-particle": "van der"},
        ),
        ("Benjamin Van Roy", "Van Roy, Benjamin", "Van Roy, Benjamin", {"family": "Van Roy", "given": "Benjamin"}),
        (
            "Robert A. Smith, Jr.",
            "Smith, Jr., Robert A.",
            "Smith, Robert A., Jr.",
            {"family": "Smith", "given": "Robert A.", "suffix": "Jr."},
        ),
        (
            "John Smith III",
            "Smith, III, John",
            "Smith, John, III",
            {"family": "Smith", "given": "John", "suffix": "III"},
        ),
        ("Stéphane d'Ascoli", r"d'Ascoli, St{\'e}phane", "d'Ascoli, Stéphane", None),
        ("Łukasz Kaiser", r"Kaiser, {\L}ukasz", "Kaiser, Łukasz", None),
        (r"Paul Erd\H{o}s", r"Erd{\H{o}}s, Paul", "Erdős, Paul", {"family": "Erdős", "given": "Paul"}),
        ("Smith, John", "Smith, John", "Smith, John", {"family": "Smith", "given": "John"}),
        ("OpenAI", "{OpenAI}", "OpenAI", {"literal": "OpenAI"}),
        ("BIG-bench Collaboration", "{BIG-bench Collaboration}", "BIG-bench Collaboration", None),
        ("Lee and Chen", "{Lee and Chen}", "Lee and Chen", {"literal": "Lee and Chen"}),
        ("van Gogh", "{van Gogh}", "van Gogh", {"literal": "van Gogh"}),
        ("a, b, c, d", "{a, b, c, d}", "a, b, c, d", {"literal": "a, b, c, d"}),
        ("<script>alert(1)</script> X", None, "X, <script>alert(1)</script>", None),
    ],
)
def test_names(name: str, bibtex: str | None, ris: str, csl: dict[str, str] | None) -> None:
    texts = cite(authors=json.dumps([name]))
    if bibtex:
        assert f"\tauthor = {{{bibtex}}},\n" in texts["bib"]
    if csl:
        assert json.loads(texts["csl"])["author"] == [csl]
    assert [one.authors for one in read_all(texts)] == [(ris,)] * 3


def test_a_name_that_is_no_name_stays_whole() -> None:
    for name in (",", "~", "{", "Van", "Jr."):
        parts = split_name(name)
        assert (parts.first, parts.von, parts.last, parts.jr) == ([], [], [name], [])


@pytest.mark.parametrize(
    ("title", "latex"),
    [
        ("How Erdös and Rényi Win", r"How Erd{\"o}s and R{\'e}nyi Win"),
        ("LoRA & GPT-2: 100% of $5_x", r"{LoRA} {\&} {GPT}-2: 100{\%} of {\$}5{\_}x"),
        (r"Sparse $\ell_1$ and $\{0,1\}^n$", r"Sparse $\ell_1$ and $\{0,1\}^n$"),
        (r"An open $\{0$ formula", r"An open {\$}{\textbackslash}{{\textbraceleft}}0{\$} formula"),
        ('"Lottery" {tickets}', r"{``}Lottery{''} {{\textbraceleft}}tickets{{\textbraceright}}"),
        ("a } b { c", r"a {{\textbraceright}} b {{\textbraceleft}} c"),
        ("Costs of $5 and $6", r"Costs of {\$}5 and {\$}6"),
        ("<script>", r"{\ensuremath{<}}script{\ensuremath{>}}"),
        ("中文 ε @x", r"中文 {\ensuremath{\varepsilon}} @x"),
    ],
)
def test_titles_in_latex(title: str, latex: str) -> None:
    assert encode_title(title) == latex
    assert read_latex(latex) == title
    texts = cite(title=title)
    assert [one.title for one in read_all(texts)] == [title] * 3
    assert [one.title for one in read_bibtex(texts["bib"] + "\n@misc{after, title = {After}}\n")] == [
        title,
        "After",
    ]


def test_latex_and_back() -> None:
    assert decode(encode("Åsa Ångström & Łukasz Erdős")) == "Åsa Ångström & Łukasz Erdős"
    assert decode("{}") == "{}"


def test_no_text_breaks_the_line_form() -> None:
    texts = cite(title="One\nTY  - BOOK\u2028two\x0bthree\x00", keywords='["a\\nER  - ", "}"]')
    expected = ("One TY - BOOK two three", ("a ER -", "}"))
    assert [(one.title, one.keywords) for one in read_all(texts)] == [expected] * 3


def test_braces_in_an_address_do_not_end_an_entry() -> None:
    texts = cite(paper_url="https://x.org/{a}?b=1&c=%20_#d", doi="10.1/{x")
    [entry] = read_bibtex(texts["bib"])
    assert (entry.url, entry.doi) == ("https://x.org/%7Ba%7D?b=1&c=%20_#d", "10.1/%7Bx")
    assert READERS["ris"](texts["ris"])[0].url == "https://x.org/{a}?b=1&c=%20_#d"


def test_what_is_missing_has_no_field() -> None:
    texts = cite(authors="[]", keywords="[]", year=None)
    assert texts["bib"] == "@misc{lee2022title,\n\ttitle = {A Title}\n}\n"
    assert texts["ris"] == "TY  - GEN\nID  - lee2022title\nTI  - A Title\nER  - \n"
    assert json.loads(texts["csl"]) == {"id": "lee2022title", "type": "article", "title": "A Title"}
    assert read_all(texts) == [Cited("lee2022title", "A Title", (), None, None, None, ())] * 3


def test_no_papers_no_citations() -> None:
    assert make_citations([], VENUES) == []
