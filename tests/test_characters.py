"""One rule for invisible characters, whatever field they are in: none reaches the database, each line is reported."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from lists import records_of

from phenomena.reader.characters import clean, encode_invisible, left_out
from phenomena.reader.source import make_source, read_source

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
RAINBOW = "\U0001f3f3\ufe0f\u200d\U0001f308"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
KEPT = {
    "plain text": "Léon Bottou & Zoë — “β-VAE” 1 %",
    "a tab and a no-break space": "one\ttwo\u00a0three",
    "a Persian name with its non-joiner": "علی حسین\u200cزاده",
    "an Indic conjunct with its joiner": "ක්\u200dරිෂාන්",
    "an Indic non-joiner after a virama": "श्\u200cर",
    "a Bengali joiner before a virama": "র\u200d্য",
    "emoji joined to one": FAMILY + RAINBOW,
    "combining accents": "e\u0301",
    "a private-use and an unassigned character": "\ue000\U000e0fff",
}
LEFT_OUT = {
    "bidirectional overrides and isolates": ("a\u202eb\u202c\u2066c\u2069", "abc"),
    "the Arabic letter mark and the direction marks": ("a\u061cb\u200ec\u200fd", "abcd"),
    "tag characters": ("a\U000e0041\U000e0001\U000e007fb", "ab"),
    "the tags of a flag": (ENGLAND, "\U0001f3f4"),
    "zero-width characters and the byte order mark": ("a\u200bb\u2060c\ufeffd", "abcd"),
    "joiners between Latin letters": ("Grok\u200dking\u200c", "Grokking"),
    "a joiner at either end": ("\u200d\U0001f468\u200d", "\U0001f468"),
    "a non-joiner between emoji": ("\U0001f468\u200c\U0001f469", "\U0001f468\U0001f469"),
    "soft hyphens": ("Regu\u00adlariza\u00adtion", "Regularization"),
    "controls": ("a\x01b\x1b[31m\x7f\x9f", "ab[31m"),
    "controls and separators that part words": ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a b c d e f"),
    "lone surrogates, as file names have them": ("a\udcffb", "ab"),
    "noncharacters": ("a\ufffeb\ufdd0c\U0010ffff", "abc"),
}
LIST = """\
# A List{}

About{} it.

Tags: one{}, {}two
Licence: CC0{}
Homepage: https://x.example.org/{}

## Topic{}

![{}avatar](https://x.example.org/{}a.png)

### Topic{}: 2022

- A{} Paper. [[pa{}per]](https://arxiv.org/abs/22{}01.00001)
  - Ann {}Lee, Bo{} Chen. *IC{}LR 2022*
  - Key{} Word: One{}; T{}wo.
  - <details><summary>Di{}gest</summary> The{} text. </details>

## Resources

- [A Work{}shop](https://w{}.example.org)
"""


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_a_text_needs_is_kept(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(("text", "kept"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_does_not_show_is_left_out(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_no_character_of_the_invisible_categories_stays_between_letters() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    invisible = [one for one in every if unicodedata.category(one) in ("Cc", "Cf", "Cs")]
    assert [one for one in invisible if one in clean(f"a{one}b")] == ["\t"]


def without_checks(tables: Mapping[str, object]) -> Mapping[str, object]:
    """All tables but problems, and of the lists nothing that counts or checks the bytes."""
    changed = {"sha256", "bytes", "problem_count", "content_sha256"}
    own = {
        name: [{column: value for column, value in row.items() if column not in changed} for row in tables[name]]  # type: ignore[attr-defined]
        for name in ("source", "lists")
    }
    return {**{name: rows for name, rows in tables.items() if name != "problems"}, **own}


@pytest.mark.parametrize("character", ["\u202e", "\u061c", "\U000e0041", "\u00ad", "\u200d", "\x01", "\ufdd0"])
def test_one_rule_holds_for_every_field_and_each_line_is_reported(character: str) -> None:
    plain, spiced = (records_of(LIST.replace("{}", one)) for one in ("", character))
    assert without_checks(spiced.tables) == without_checks(plain.tables)
    assert plain.problems == []
    spiced_lines = [number for number, line in enumerate(LIST.splitlines(), 1) if "{}" in line]
    code = f"U+{ord(character):04X}"
    assert [(one.line, one.code, one.detail) for one in spiced.problems] == [
        (number, "control-character", code) for number in spiced_lines
    ]


def test_a_line_of_nothing_else_is_blank_and_reported() -> None:
    records = records_of(LIST.replace("{}", "") + "\u202e\n")
    assert records.tables["source_lines"][-1]["status"] == "blank"
    assert [(one.line, one.code) for one in records.problems] == [(LIST.count("\n") + 1, "control-character")]


def test_a_report_names_the_first_few_characters() -> None:
    assert left_out("a\u202eb\u202ec\u200b") == "U+202E, U+200B"
    assert left_out("\x01\x02\x03\x04\x05\x06") == "U+0001, U+0002, U+0003, U+0004, U+0005, …"


@pytest.mark.parametrize(
    ("name", "stored"), [("a\u202e\U000e0041\nb.md", "a b.md"), ("caf\udce9.md", "caf.md"), ("\u202e", "list")]
)
def test_a_file_name_is_held_to_the_rule(name: str, stored: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(LIST, "utf-8")
    assert read_source(str(tmp_path / name)).name == stored
    assert make_source(b"", name, None).name == stored


def test_an_address_has_them_percent_encoded() -> None:
    assert encode_invisible("https://x.example.org/\u202ea\udcffb") == "https://x.example.org/%E2%80%AEa%FFb"
    assert encode_invisible("https://x.example.org/é?a=b%20c") == "https://x.example.org/é?a=b%20c"
