"""Plain text to LaTeX and back, for BibTeX. The one room that knows pylatexenc."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexencode import RULE_DICT, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

TOKEN = re.compile(
    r"(?P<math>\$(?=\S)(?:[^$]*[^\s$\\])\$(?!\d))"  # $\ell_p$, but not the prices $5 and $6
    r'|(?P<quote>(?<![^\s(\[])"(?=\S))'  # the quote that opens "a title"
    r"|(?P<word>[^\W_]+)|(?P<other>.)",
    re.S,
)
CAPITAL_WITHIN = re.compile(r".+[A-Z].*")  # LoRA, AI: a style that lowers titles must not lower these


@cache
def encoder() -> UnicodeToLatexEncoder:
    """Unicode to LaTeX. A brace becomes a word, because BibTeX counts braces even behind a backslash."""
    braces = {ord("{"): r"{\textbraceleft}", ord("}"): r"{\textbraceright}"}
    return UnicodeToLatexEncoder(
        conversion_rules=[UnicodeToLatexConversionRule(RULE_DICT, braces), "defaults"],
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )


@cache
def encode(text: str) -> str:
    """Plain text as LaTeX: `Erdös & Rényi` to `Erd{\\"o}s {\\&} R{\\'e}nyi`. A sign that LaTeX lacks stays."""
    return cast(str, encoder().unicode_to_latex(text))


def encode_title(title: str) -> str:
    """A title as LaTeX: formulas between dollars stay, quotes open and close, `LoRA` keeps its capitals."""
    return TOKEN.sub(encode_token, title)


def encode_token(match: re.Match[str]) -> str:
    """One token of a title. A formula whose braces don't match is text."""
    text = match[0]
    if match["math"] and braces_match(text):
        return text
    if match["quote"]:
        return "{``}"
    return "{" + encode(text) + "}" if match["word"] and CAPITAL_WITHIN.fullmatch(text) else encode(text)


def braces_match(text: str) -> bool:
    """Whether every brace has its partner, as BibTeX counts."""
    depth = 0
    for sign in re.findall("[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def decode(text: str) -> str:
    """LaTeX as plain text: `Erd\\H{o}s` to `Erdős`; the text itself where nothing would be left."""
    return " ".join(LatexNodes2Text().latex_to_text(text).split()) or text
