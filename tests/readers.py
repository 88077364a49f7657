"""Independent readers of the exports: not the libraries that wrote them. Each gives the same plain records.

BibTeX is read by pybtex (bibtexparser wrote it) and its LaTeX by latexcodec (pylatexenc wrote it), RIS by a reader of a
few lines and by rispy, CSL-JSON by citeproc-py, Atom by feedparser.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import feedparser
import latexcodec  # noqa: F401  # registers the codec
import rispy
from citeproc.source.json import CiteProcJSON
from pybtex.database import Entry, Person, parse_string

WORDS = {  # what latexcodec leaves as it is, and the quotes that a title's plain ones became
    r"\textbraceleft": "\ue000",
    r"\textbraceright": "\ue001",
    r"\textasciicircum": "^",
    r"\textasciitilde": "\ue002",
    r"\textbackslash": "\ue003",
    r"\textquoteright": "’",
    r"\textquotedblleft": "“",
    r"\textquotedblright": "”",
    r"\texttimes": "×",
    r"\$": "\ue004",
}
CHARACTERS = str.maketrans(
    {"\ue000": "{", "\ue001": "}", "\ue002": "~", "\ue003": "\\", "\ue004": "$", "“": '"', "”": '"', "\\": ""}
)
GREEK = {unicodedata.name(letter).split()[-1].lower(): letter for letter in "αβγδεζηθικμνξοπρστυφχψω"} | {"lambda": "λ"}
SYMBOLS = {"<": "<", ">": ">", r"\varepsilon": "ε", r"\ell": "ℓ", r"\approx": "≈"}
SYMBOLS |= {f"\\{word}": letter for word, letter in GREEK.items()}
SYMBOLS |= {f"\\{word.title()}": letter.upper() for word, letter in GREEK.items()}
ENSURED = re.compile(r"\\ensuremath\{([^{}]*)\}")
MATH = re.compile(r"\$[^$]*\$")


DIGEST_LABEL = "[Digest of the list, not the paper's abstract]"


@dataclass(frozen=True)
class Cited:
    """One citation as read back; names as `Family, Given`, the keywords in order."""

    key: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    doi: str | None
    url: str | None
    keywords: tuple[str, ...]


def read_latex(text: str) -> str:
    """LaTeX as plain text; formulas stay."""
    text = ENSURED.sub(lambda match: latex_symbol(match[1]), text.replace(r"\$", "\ue004"))
    formulas = MATH.findall(text)
    plain = read_prose(MATH.sub("\ue005", text))
    for formula in formulas:
        plain = plain.replace("\ue005", formula, 1)
    return plain


def latex_symbol(macro: str) -> str:
    return SYMBOLS[macro]


@cache  # the same titles and names stand in many exports
def read_prose(text: str) -> str:
    for word, character in WORDS.items():
        text = text.replace(word, character)
    decoded: str = codecs.lookup("ulatex").decode(text)[0]  # type: ignore[arg-type]  # it decodes text
    return decoded.replace("{", "").replace("}", "").translate(CHARACTERS)


def read_bibtex(text: str) -> list[Cited]:
    return [bibtex_entry(key, entry) for key, entry in parse_string(text, "bibtex").entries.items()]


def bibtex_entry(key: str, entry: Entry) -> Cited:
    fields = entry.fields
    return Cited(
        key,
        read_latex(fields["title"]),
        tuple(bibtex_name(person) for person in entry.persons.get("author", [])),
        int(fields["year"]) if "year" in fields else None,
        fields.get("doi"),
        fields.get("url"),
        tuple(filter(None, read_latex(fields.get("keywords", "")).split(", "))),
    )


def bibtex_name(person: Person) -> str:
    family = " ".join([*person.prelast_names, *person.last_names])
    given = " ".join([*person.first_names, *person.middle_names])
    return read_latex(", ".join(filter(None, [family, given, " ".join(person.lineage_names)])))


def ris_records(text: str) -> list[dict[str, list[str]]]:
    """RIS by its line form alone: two characters, two spaces, a hyphen, a space, the value."""
    records: list[dict[str, list[str]]] = []
    for line in text.split("\n"):
        if not line:
            continue
        match = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert match, line
        if match[1] == "TY":
            records.append({})
        records[-1].setdefault(match[1], []).append(match[2])
    assert all(next(iter(record)) == "TY" and list(record)[-1] == "ER" for record in records)
    return records


def read_ris(text: str) -> list[Cited]:
    """RIS records; rispy must find the same titles and keys."""
    records = ris_records(text)
    again = rispy.loads(text)
    assert [(one["id"], one["title"]) for one in again] == [(one["ID"][0], one["TI"][0]) for one in records]
    return [
        Cited(
            one["ID"][0],
            one["TI"][0],
            tuple(one.get("AU", [])),
            int(one["PY"][0]) if "PY" in one else None,
            one.get("DO", [None])[0],
            one.get("UR", [None])[0],
            tuple(one.get("KW", [])),
        )
        for one in records
    ]


def read_csl(text: str) -> list[Cited]:
    """CSL-JSON; citeproc-py must take it and find the same titles, and the items keep to the published schema."""
    items = json.loads(text)
    bibliography = CiteProcJSON(items)
    assert set(bibliography) == {item["id"].lower() for item in items}
    for item in items:
        check_csl(item)
        assert "".join(map(str, bibliography[item["id"].lower()]["title"])) == item["title"]
    return [csl_item(item) for item in items]


def csl_item(item: Mapping[str, Any]) -> Cited:
    return Cited(
        item["id"],
        item["title"],
        tuple(csl_name(name) for name in item.get("author", [])),
        item["issued"]["date-parts"][0][0] if "issued" in item else None,
        item.get("DOI"),
        item.get("URL"),
        tuple(filter(None, item.get("keyword", "").split(", "))),
    )


def csl_name(name: Mapping[str, str]) -> str:
    if "literal" in name:
        return name["literal"]
    family = " ".join(filter(None, [name.get("non-dropping-particle"), name["family"]]))
    return ", ".join(filter(None, [family, name.get("given"), name.get("suffix")]))


def check_csl(item: Mapping[str, Any]) -> None:
    """What the published schema of CSL-JSON asks of the properties that are in use here; no package carries it."""
    texts = {"id", "title", "container-title", "publisher", "number", "note", "DOI", "URL", "keyword", "abstract"}
    assert set(item) <= {*texts, "type", "author", "issued"}
    assert all(isinstance(item[name], str) for name in texts & set(item))
    assert item["type"] in {"article", "article-journal", "paper-conference", "thesis"}
    for name in item.get("author", []):
        assert set(name) <= {"family", "given", "non-dropping-particle", "suffix", "literal"}
        assert all(isinstance(part, str) and part for part in name.values())
    if "issued" in item:
        assert set(item["issued"]) == {"date-parts"} and len(item["issued"]["date-parts"]) == 1
        assert all(isinstance(part, int) for part in item["issued"]["date-parts"][0])
        assert 1 <= len(item["issued"]["date-parts"][0]) <= 3


def read_abstracts(extension: str, text: str) -> dict[str, str]:
    """Key to abstract, of those records of an export that have one."""
    if extension == "bib":
        entries = parse_string(text, "bibtex").entries.items()
        return {key: read_latex(one.fields["abstract"]) for key, one in entries if "abstract" in one.fields}
    if extension == "ris":
        return {one["ID"][0]: " ".join(one["AB"]) for one in ris_records(text) if "AB" in one}
    return {one["id"]: one["abstract"] for one in json.loads(text) if "abstract" in one}


def read_atom(data: bytes) -> Any:
    """A feed as feedparser reads it; a feed that isn't valid XML fails here."""
    feed = feedparser.parse(io.BytesIO(data))
    assert not feed.bozo and feed.version == "atom10"
    return feed


READERS = {"bib": read_bibtex, "ris": read_ris, "csl": read_csl}
