"""Plain text to LaTeX, for BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import cast
from unicodedata import normalize

from pylatexenc.latexencode import RULE_DICT, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

SPECIAL = (
    r"(?P<math>\$(?=\S)(?:[^$]*[^\s$\\])\$(?!\d))"  # $\ell_p$, but not the prices $5 and $6
    r'|(?P<quote>(?<![^\s(\[])"(?=\S))'  # the quote that opens "a title"
)
IN_PROSE = re.compile(SPECIAL)
IN_TITLE = re.compile(SPECIAL + r"|(?P<word>[^\W_]+)")
# fmt: off
NAMES = frozenset((  # of people and places, as titles of this field use them; accented ones need no entry
    "Adam", "Banach", "Bayes", "Bayesian", "Boltzmann", "Bregman", "Brownian", "Cauchy", "Chebyshev", "Erdos",
    "Euclidean", "Euler", "Fisher", "Fourier", "Frobenius", "Gabor", "Gauss", "Gaussian", "Gaussians", "Gibbs",
    "Goldstone", "Goodhart", "Hamiltonian", "Hebbian", "Hermite", "Hessian", "Hessians", "Hilbert", "Hopfield",
    "Ising", "Jacobi", "Jacobian", "Jacobians", "Kolmogorov", "Kronecker", "Lagrange", "Lagrangian", "Langevin",
    "Laplace", "Lipschitz", "Lyapunov", "Markov", "Markovian", "Nesterov", "Newton", "Noether", "Occam", "Pareto",
    "Platonic", "Rademacher", "Rashomon", "Riemann", "Riemannian", "Shannon", "Shapley", "Sobolev", "Taylor",
    "Turing", "Wasserstein", "Wiener", "Zipf",
))
# fmt: on
LETTER = re.compile(r"(?!A$)[A-Z]\d*")  # the V of V1 and U-Net; a lone A is the article


@cache
def encoder() -> UnicodeToLatexEncoder:
    """Unicode to LaTeX.

    A brace becomes a word, because BibTeX counts braces even behind a backslash. An accent is put on an i with its
    dot, because LaTeX removes the dot and Biber reads the dotless one as another letter.
    """
    braces = {ord("{"): r"{\textbraceleft}", ord("}"): r"{\textbraceright}"}
    accents = {ord("í"): r"\'i", ord("ì"): r"\`i", ord("î"): r"\^i", ord("ï"): r"\"i"}
    return UnicodeToLatexEncoder(
        conversion_rules=[UnicodeToLatexConversionRule(RULE_DICT, braces | accents), "defaults"],
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )


class Letters(dict[int, str]):
    """Code point to LaTeX, each asked of the encoder once: its rules are for single characters."""

    def __missing__(self, code: int) -> str:
        self[code] = cast(str, encoder().unicode_to_latex(chr(code)))
        return self[code]


LETTERS = Letters()


def encode(text: str) -> str:
    """Plain text as LaTeX: `Erdös & Rényi` to `Erd{\\"o}s {\\&} R{\\'e}nyi`. A character that LaTeX lacks stays."""
    return normalize("NFC", text).translate(LETTERS)


def encode_title(title: str) -> str:
    """A title as LaTeX: `LoRA` and `Erdös` keep their capitals in styles that lower-case titles."""
    return "".join(encode_tokens(IN_TITLE, normalize("NFC", title)))


def encode_text(text: str) -> str:
    """Prose as LaTeX: formulas between dollars stay, quotes open and close."""
    return "".join(encode_tokens(IN_PROSE, normalize("NFC", text)))


def encode_tokens(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """The tokens of a text that need care, and what is between them, each as LaTeX."""
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            yield text[end : match.start()].translate(LETTERS)
        yield encode_token(match)
        end = match.end()
    yield text[end:].translate(LETTERS)


def encode_token(match: re.Match[str]) -> str:
    """A quote, a formula or the word of a title. A formula whose braces don't match is text."""
    text, kind = match[0], match.lastgroup
    if kind == "quote":
        return "{``}"
    is_formula = kind == "math" and braces_match(text)
    encoded = text if is_formula else text.translate(LETTERS)
    if "word" not in match.re.groupindex or text == text.lower():
        return encoded
    before = match.string[max(0, match.start() - 2) : match.start()]
    opens_sentence = before in ("? ", "! ")  # after a colon the styles see to it
    is_own = is_formula or (kind == "word" and (opens_sentence or keeps_capitals(text)))
    return "{" + encoded + "}" if is_own else encoded


def keeps_capitals(word: str) -> bool:
    """Whether a word of a title keeps its capitals: `LoRA`, `V1`, `Rényi`, `Gaussian`."""
    is_name = word in NAMES or (word[0].isupper() and not word.isascii())
    return is_name or word[1:] != word[1:].lower() or bool(LETTER.fullmatch(word))


def braces_match(text: str) -> bool:
    """Whether every brace has its partner, as BibTeX counts."""
    depth = 0
    for brace in re.findall("[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0
