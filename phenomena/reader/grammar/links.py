"""Links as lists write them, and whether a line carries one. Every pattern carries an example of what it accepts.

A regular expression and not a markdown parser finds them: a title keeps its source text around the links, while a
parser's inline tokens have no positions; and lists write forms that CommonMark doesn't know. Every pattern takes time
in proportion to the text, whatever is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import remembered

ADDRESS = r"\(\s*+<?((?:[^()\s<>]|\([^()\s]*\))*)>?(?:\s+\"[^\"]*\")?\s*\)"
LINK = re.compile(r"\[\[([^\[\]]*)\]\]" + ADDRESS + r"|\[\[([^\[\]]*)\]" + ADDRESS + r"\]")  # [[paper]](https://x.org)
PLAIN_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]" + ADDRESS)  # [Title](https://x.org)
PAPER_LABEL = re.compile(
    r"\[\s*(paper|pdf|code|arxiv|project|book|link|website)\s*\]" + ADDRESS, re.I
)  # [paper](https://x.org)
REAL_ADDRESS = re.compile(r"https?://(?!.*(?:xxx|\.\.\.|…))[^\s/]", re.I)  # https://x.org, not https://x.org/xxxx.xxxxx
WEB_ADDRESS = re.compile(r"https?://[^/\s]", re.I)  # https://x.org
CODE_LABELS = ("code", "codes", "github", "official code", "implementation")

IMAGE = re.compile(
    r"(?:\[?!\[[^\[\]]*\]\(\s*+<?([^()\s<>]*+)[^()]*\)(?:\]\([^()]*\))?\s*)+"
)  # ![avatar](https://x.org/a.png)
TAGS_OR_RULE = re.compile(r"(?:</?[a-z][^<>]*>\s*)+|(?:[-*_]\s*){3,}", re.I)  # </details>
TARGET = r"\((?:[^()]|\([^()]*\))*+\)"  # (https://x.org/a_(b).png)
NO_LINKS = re.compile(
    rf"\[!\[[^\[\]]*\]{TARGET}\]{TARGET}|!\[[^\[\]]*\]{TARGET}"  # [![badge](a.svg)](https://x.org), ![figure](b.png)
    r"|(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?"  # <a href="https://x.org"><img src="a.png"></a>
    r"|<(?!/?a\b|https?:)/?[a-z][^<>]*>",  # <source srcset="https://x.org/a.png">
    re.I,
)
MARKUP = re.compile(r"\]\(|</?[a-z]", re.I)  # [Back to top](#topic), <br>
LINK_MARK = re.compile(
    r"\bhttps?://[^\s/]|\bwww\.\w"  # https://x.org, www.x.org
    r"|\]\((?!\s*<?\s*#)"  # [Title](https://x.org), [[paper]](), but not [Topic](#topic)
    r"|\]\[[^\[\]\s]|^\s*\[[^\[\]]+\]:\s*[^\s#]"  # [Title][1], [1]: https://x.org
    r"|\bhref\s*=\s*[\"']?(?![\"'\s#])",  # <a href="paper.pdf">, but not <a href="#topic">
    re.I,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as written; `url` is empty where the list gives none."""

    label: str
    url: str

    @property
    def is_code(self) -> bool:
        """Labelled as code, in any of the ways lists do it."""
        return self.label.strip().casefold() in CODE_LABELS


@remembered
def find_links(text: str) -> tuple[Link, ...]:
    """All links in a text, with single or double brackets."""
    return tuple(Link(match[1], match[2]) for match in PLAIN_LINK.finditer(text))


def make_link(match: re.Match[str]) -> Link:
    """A link from a match of LINK, PLAIN_LINK or PAPER_LABEL."""
    label, url = [group for group in match.groups() if group is not None][:2]
    return Link(label.strip(), url.strip())


def is_web_address(url: str) -> bool:
    """Whether a browser may follow an address: http and https only, neither `javascript:` nor `file:`."""
    return bool(WEB_ADDRESS.match(url))


@remembered
def carries_link(text: str) -> bool:
    """Whether a text links to another page. Images, and links whose whole text is an image, don't count."""
    return bool(LINK_MARK.search(NO_LINKS.sub(" ", text)))


@remembered
def is_boilerplate(text: str) -> bool:
    """An image, lone tags or a rule, wherever it is."""
    return bool(IMAGE.fullmatch(text) or TAGS_OR_RULE.fullmatch(text)) and not carries_link(text)


def is_decoration(text: str) -> bool:
    """Images, tags or a rule, and no word."""
    return is_boilerplate(text) or not NO_LINKS.sub("", text).strip()


def is_prose(text: str) -> bool:
    """Words alone: no link, not even into the page, no image, no tag."""
    return bool(text) and not (MARKUP.search(text) or carries_link(text) or is_boilerplate(text))


def has_labelled_link(text: str) -> bool:
    """Whether a text has a labelled link to a real address, as entries have; a template's has none."""
    matches = (LINK.search(text), PAPER_LABEL.search(text))
    return any(match and REAL_ADDRESS.match(make_link(match).url) for match in matches)
