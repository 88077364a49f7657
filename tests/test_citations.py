"""Citations of one paper: kinds, years, names, LaTeX; each format is read back by a reader that didn't write it."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pybtex
import pytest
from pybtex.database import parse_string
from readers import READERS, Cited, read_bibtex, read_latex, ris_records

from phenomena.citations.citation import Row, Value
from phenomena.citations.formats import make_citations
from phenomena.citations.latex import encode, encode_title
from phenomena.papers.names import decode, split_name

ICLR = {"id": "iclr", "name": "ICLR", "full_name": "International Conference on Learning Representations"}
VENUES: list[Row] = [
    {**ICLR, "kind": "conference"},
    {"id": "w", "name": "ICML Workshop", "full_name": None, "kind": "workshop"},
    {"id": "jmlr", "name": "JMLR", "full_name": "Journal of Machine Learning Research", "kind": "journal"},
    {"id": "thesis", "name": "PhD Thesis, MIT", "full_name": None, "kind": "thesis"},
    {"id": "blog", "name": "Some Blog", "full_name": None, "kind": None},
    {"id": "arxiv", "name": "arXiv", "full_name": "arXiv preprint", "kind": None},
]


def paper(**changes: Value) -> Row:
    """The row of a paper with no venue, no identifier and no address."""
    row: dict[str, Value] = {
        "id": "a-title",
        "title": "A Title",
        "year": 2022,
        "submitted": None,
        "venue": None,
        "venue_year": None,
        "authors": ("Ann Lee", "Bo Chen"),
        "keywords": ("Grokking", "Weight Decay"),
        "digest": None,
        "paper_url": None,
        "arxiv_id": None,
        "doi": None,
        "citekey": "lee2022title",
    }
    return {**row, **changes}


ON_ARXIV = {"arxiv_id": "2109.00001", "submitted": "2021-09", "paper_url": "https://arxiv.org/abs/2109.00001"}


def cite(**changes: Value) -> dict[str, str]:
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
        "\thowpublished = {arXiv:2109.00001},\n"
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


def test_the_plain_style_prints_the_server_and_leaves_names_their_capitals() -> None:
    title, authors = "How Erdös and Rényi Win? A Gaussian LoRA", ("Remi Tachet des Combes", "Ana Martínez")
    text = cite(**ON_ARXIV, title=title, authors=authors)["bib"]
    assert pybtex.format_from_string(text, style="plain", output_backend="text") == (
        "[1] Remi Tachet des Combes and Ana Martínez. How Erdös and Rényi win? A Gaussian LoRA. "
        "arXiv:2109.00001, September 2021. "
        "URL: https://arxiv.org/abs/2109.00001, arXiv:2109.00001, doi:10.48550/arxiv.2109.00001.\n"
    )


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
        ({"venue": "arxiv", **ON_ARXIV}, ("misc", "howpublished"), ("UNPB", "PB"), ("article", "publisher")),
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
    in_bibtex = "arXiv:2109.00001" if name == "arXiv" else name
    assert (entry.type, entry.fields[bibtex[1]]) == (bibtex[0], in_bibtex)
    assert (record["TY"], record[ris[1]]) == ([ris[0]], [name])
    assert (item["type"], item[csl[1]]) == (csl[0], name)


@pytest.mark.parametrize(
    ("changes", "year", "note"),
    [
        ({"venue": "iclr", "venue_year": 2023, **ON_ARXIV}, 2023, None),
        ({**ON_ARXIV}, 2021, None),
        ({"venue": "jmlr", **ON_ARXIV}, None, "Year of publication unknown; preprint of 2021-09, arXiv:2109.00001"),
        ({"venue": "blog", **ON_ARXIV}, None, "Year of publication unknown; preprint of 2021-09, arXiv:2109.00001"),
        ({"venue": "jmlr", "doi": "10.1/x"}, None, "Year of publication unknown; listed under 2022"),
        ({"venue": "thesis", "year": None}, None, "Year of publication unknown"),
        ({"doi": "10.1101/2021.10.12.511910"}, 2021, None),
        ({"doi": "10.31234/osf.io/5zf4s"}, 2022, "Year as in the list"),
        ({"arxiv_id": "2109.00001"}, 2022, "Year as in the list"),
        ({}, 2022, "Year as in the list"),
        ({"year": None}, None, None),
    ],
)
def test_no_year_pretends_to_be_that_of_publication(
    changes: dict[str, str | int | None], year: int | None, note: str | None
) -> None:
    texts = cite(**changes)
    assert [one.year for one in read_all(texts)] == [year] * 3
    [record], item = ris_records(texts["ris"]), json.loads(texts["csl"])
    arxiv = f"arXiv:{changes['arxiv_id']}" if "arxiv_id" in changes and "venue" in changes else None
    assert parse_string(texts["bib"], "bibtex").entries["lee2022title"].fields.get("note") == note
    assert record.get("N1", [None]) == [note]
    assert item.get("note") == ("; ".join(filter(None, [arxiv, note])) or None)


@pytest.mark.parametrize(
    ("doi", "url", "server", "in_bibtex"),
    [
        ("10.1101/2022.10.12.511910", None, "bioRxiv", "bioRxiv, doi:10.1101/2022.10.12.511910"),
        ("10.1101/053488", None, "bioRxiv", "bioRxiv, doi:10.1101/053488"),
        ("10.64898/2026.01.01.123456", None, "bioRxiv", "bioRxiv, doi:10.64898/2026.01.01.123456"),
        ("10.1101/2020.03.19.20039131", None, "medRxiv", "medRxiv, doi:10.1101/2020.03.19.20039131"),
        ("10.1101/19000117", None, "medRxiv", "medRxiv, doi:10.1101/19000117"),
        ("10.31234/osf.io/5zf4s_v1", None, "PsyArXiv", r"PsyArXiv, doi:10.31234/osf.io/5zf4s{\_}v1"),
        (None, "https://www.biorxiv.org/content/early/2016/05/14", "bioRxiv", "bioRxiv"),
        (None, "https://www.medrxiv.org/content/1", "medRxiv", "medRxiv"),
        (None, "https://psyarxiv.com/", "PsyArXiv", "PsyArXiv"),
    ],
)
def test_a_preprint_names_its_server(doi: str | None, url: str | None, server: str, in_bibtex: str) -> None:
    texts = cite(doi=doi, paper_url=url)
    entry = parse_string(texts["bib"], "bibtex").entries["lee2022title"]
    [record], item = ris_records(texts["ris"]), json.loads(texts["csl"])
    assert (entry.type, entry.fields["howpublished"]) == ("misc", in_bibtex)
    assert {"eprint", "archivePrefix", "publisher"} & set(entry.fields) == set()
    assert (record["TY"], record["PB"]) == (["UNPB"], [server])
    assert (item["type"], item["publisher"]) == ("article", server)
    assert [one.doi for one in read_all(texts)] == [doi] * 3


@pytest.mark.parametrize(
    "changes",
    [
        {"doi": "10.1101/gr.275777.121"},  # a journal of the same publisher
        {"doi": "10.1101/2022.13.12.511910"},
        {"doi": "10.31234/other"},
        {"paper_url": "https://biorxiv.org.example.org/content/1"},
        {"paper_url": "http://["},
    ],
)
def test_what_no_server_posted_is_no_preprint(changes: dict[str, str]) -> None:
    assert parse_string(cite(**changes)["bib"], "bibtex").entries["lee2022title"].fields.get("howpublished") is None
    assert "TY  - GEN\n" in cite(**changes)["ris"]
    published = cite(doi="10.1101/2022.10.12.511910", venue="jmlr", venue_year=2023)
    assert published["bib"].startswith("@article{")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "vbscript:x", "file:///etc/passwd", "data:text/html,x", "java\x00script:x", "x.org", ""],
)
def test_an_address_that_is_no_web_address_is_not_exported(url: str) -> None:
    texts = cite(paper_url=url)
    assert [one.url for one in read_all(texts)] == [None] * 3
    assert not url or not any(url in text for text in texts.values())


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
        ("Institute for Law AND Policy", "{Institute for Law AND Policy}", "Institute for Law AND Policy", None),
        ("University of Oxford", "{University of Oxford}", "University of Oxford", None),
        ("Meta AI", "{Meta AI}", "Meta AI", {"literal": "Meta AI"}),
        ("Wei Ai", "Ai, Wei", "Ai, Wei", {"family": "Ai", "given": "Wei"}),
        (
            "Remi Tachet des Combes",
            "{Tachet des Combes}, Remi",
            "Tachet des Combes, Remi",
            {"family": "Tachet des Combes", "given": "Remi"},
        ),
        (
            "Tachet des Combes, Remi",
            "{Tachet des Combes}, Remi",
            "Tachet des Combes, Remi",
            {"family": "Tachet des Combes", "given": "Remi"},
        ),
        (
            "Santiago Felipe Ramón y Cajal",
            r"{Ram{\'o}n y Cajal}, Santiago Felipe",
            "Ramón y Cajal, Santiago Felipe",
            {"family": "Ramón y Cajal", "given": "Santiago Felipe"},
        ),
        (
            "Alexander G. de G. Matthews",
            "Matthews, Alexander G. de G.",
            "Matthews, Alexander G. de G.",
            {"family": "Matthews", "given": "Alexander G. de G."},
        ),
        ("James H. von Brecht", "von Brecht, James H.", "von Brecht, James H.", None),
        (
            "Marthinus Christoffel du Plessis",
            "du Plessis, Marthinus Christoffel",
            "du Plessis, Marthinus Christoffel",
            None,
        ),
        ("Laurens Van Der Maaten", "Van Der Maaten, Laurens", "Van Der Maaten, Laurens", None),
        ("Juan De La Cruz", "De La Cruz, Juan", "De La Cruz, Juan", None),
        ("Ana Martínez", r"Mart{\'i}nez, Ana", "Martínez, Ana", {"family": "Martínez", "given": "Ana"}),
        ("Ana Marti\u0301nez", r"Mart{\'i}nez, Ana", None, None),
        ("van Gogh", "{van Gogh}", "van Gogh", {"literal": "van Gogh"}),
        ("a, b, c, d", "{a, b, c, d}", "a, b, c, d", {"literal": "a, b, c, d"}),
        ("<script>alert(1)</script> X", None, "X, <script>alert(1)</script>", None),
    ],
)
def test_names(name: str, bibtex: str | None, ris: str | None, csl: dict[str, str] | None) -> None:
    texts = cite(authors=(name,))
    if bibtex:
        assert f"\tauthor = {{{bibtex}}},\n" in texts["bib"]
    if csl:
        assert json.loads(texts["csl"])["author"] == [csl]
    if ris:
        assert [one.authors for one in read_all(texts)] == [(ris,)] * 3


def test_a_name_that_is_no_name_stays_whole() -> None:
    for name in (",", "~", "{", "Van", "Jr."):
        parts = split_name(name)
        assert (parts.first, parts.von, parts.last, parts.jr) == ([], [], [name], [])


@pytest.mark.parametrize(
    ("title", "latex"),
    [
        ("How Erdös and Rényi Win", r"How {Erd{\"o}s} and {R{\'e}nyi} Win"),
        (
            "Étale Maps of the Øresund, a naïve résumé",
            r"{{\'E}tale} Maps of the {{\O}resund}, a na{\"i}ve r{\'e}sum{\'e}",
        ),
        ("A Bayesian's U-Turn in V1 of A Gaussian", r"A {Bayesian}'s {U}-Turn in {V1} of A {Gaussian}"),
        ("Why? A Theory! Of All: No", r"Why? {A} Theory! {Of} All: No"),
        (r"On $L_2$ and $x$ Norms", r"On {$L_2$} and $x$ Norms"),
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


def test_an_accent_stands_on_an_i_that_biber_knows() -> None:
    assert encode("íìîï ı Í") == r"""{\'i}{\`i}{\^i}{\"i} {\i} {\'I}"""
    assert read_latex(encode("íìîïĩī")) == "íìîïĩī"


def test_a_digest_in_latex_keeps_formulas_and_no_braces_for_capitals() -> None:
    [row] = make_citations([paper(digest='GPT-2 has "50%" of $L_2$ {x} & a\nline')], VENUES)
    assert row["digest_latex"] == (
        r"GPT-2 has {``}50{\%}{''} of $L_2$ {{\textbraceleft}}x{{\textbraceright}} {\&} a line"
    )
    [row] = make_citations([paper()], VENUES)
    assert row["digest_latex"] is None


def test_no_text_breaks_the_line_form() -> None:
    texts = cite(title="One\nTY  - BOOK\u2028two\x0bthree\x00", keywords=("a\nER  - ", "}"))
    expected = ("One TY - BOOK two three", ("a ER -", "}"))
    assert [(one.title, one.keywords) for one in read_all(texts)] == [expected] * 3


def test_braces_in_an_address_do_not_end_an_entry() -> None:
    texts = cite(paper_url="https://x.org/{a}?b=1&c=%20_#d", doi="10.1/{x")
    [entry] = read_bibtex(texts["bib"])
    assert (entry.url, entry.doi) == ("https://x.org/%7Ba%7D?b=1&c=%20_#d", "10.1/%7Bx")
    assert READERS["ris"](texts["ris"])[0].url == "https://x.org/{a}?b=1&c=%20_#d"


def test_what_is_missing_has_no_field() -> None:
    texts = cite(authors=(), keywords=(), year=None)
    assert texts["bib"] == "@misc{lee2022title,\n\ttitle = {A Title}\n}\n"
    assert texts["ris"] == "TY  - GEN\nID  - lee2022title\nTI  - A Title\nER  - \n"
    assert json.loads(texts["csl"]) == {"id": "lee2022title", "type": "article", "title": "A Title"}
    assert read_all(texts) == [Cited("lee2022title", "A Title", (), None, None, None, ())] * 3


def test_no_papers_no_citations() -> None:
    assert list(make_citations([], VENUES)) == []


def test_citations_made_in_a_pool_are_the_same_in_the_same_order() -> None:
    papers = [paper(id=f"arxiv-{number}", title=f"Paper {number}") for number in range(1_201)]
    pool = partial(ProcessPoolExecutor, 2)
    assert list(make_citations(iter(papers), VENUES, pool)) == list(make_citations(papers, VENUES))
