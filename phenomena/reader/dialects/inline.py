"""What lists write within a line, in the forms that the built-in grammar doesn't know: badges, bare addresses, breaks.

Every pattern carries an example of what it accepts, and takes time in proportion to the text.
"""

from __future__ import annotations

import re

from ..grammar.fields import collapse
from ..grammar.links import Link

ADDRESS = r"(?:[^()\[\]\s<>|]|\([^()\s]*\))++"  # https://x.org/a_(b)
TARGET = rf" ?\(\s*+<?(?:{ADDRESS})?>?(?:\s+\"[^\"]*\")?\s*\)"  # (https://x.org "Title")
BADGE = r"!\[[^\[\]]*\]\([^()]*+\)"  # ![Star](https://x.org/badge.svg)
ONE_LINK = (
    rf"\[\[[^\[\]]*\]\]{TARGET}"  # [[paper]](https://x.org)
    rf"|\[\[[^\[\]]*\]{TARGET}\s?\]"  # [[paper](https://x.org)]
    rf"|\[{BADGE}\]{TARGET}"  # [![arXiv](badge.svg)](https://x.org)
    rf"|\[\\\[[^\[\]]*\\\]\]{TARGET}"  # [\[paper\]](https://x.org)
    rf"|\[[^\[\]]+\]{TARGET}"  # [paper](https://x.org)
    r"|<a\s[^<>]*>[^<>]*</a>"  # <a href="https://x.org">paper</a>
    rf"|<?https?://{ADDRESS}>?"  # https://x.org
)
SEPARATORS = r"[\s,;|/·•&.]*+"
LINKS = rf"(?:{ONE_LINK})(?:{SEPARATORS}(?:{ONE_LINK}))*+"

LINK = re.compile(ONE_LINK)
LABEL = re.compile(r"!?\[\[?!?\[?\\?\[?([^\[\]\\]*)")  # [[paper, [![arXiv
ANCHOR = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']?([^\"'\s<>]*)[^<>]*>([^<>]*)</a>", re.I)
LAST_TARGET = re.compile(rf"\(\s*+<?({ADDRESS})?>?(?:\s+\"[^\"]*\")?\s*\)\s?\]?$")
LONE_IMAGE = re.compile(rf"(?<!\[){BADGE}|<img\b[^<>]*>", re.I)
BREAK = re.compile(r"<br\s*/?>|&emsp;|&nbsp;", re.I)


def clean_line(text: str) -> str:
    """A line without images, line breaks and the backslash at its end; white space is collapsed."""
    return collapse(BREAK.sub(" ", LONE_IMAGE.sub(" ", text)).rstrip("\\ "))


def parse_links(text: str) -> tuple[Link, ...]:
    """The links of a run: labels as written, empty for bare addresses.

    >>> parse_links("[[paper]](https://x.org), [![Star](a.svg)](https://y.org)")
    (Link(label='paper', url='https://x.org'), Link(label='Star', url='https://y.org'))
    """
    return tuple(parse_link(match[0]) for match in LINK.finditer(text))


def parse_link(text: str) -> Link:
    """One link, in any of its forms."""
    if anchor := ANCHOR.match(text):
        return Link(collapse(anchor[2]), anchor[1])
    if not text.startswith("["):
        return Link("", text.strip("<>").rstrip(".,;"))
    label, target = LABEL.match(text), LAST_TARGET.search(text)
    return Link(collapse(label[1] if label else "").strip("*_` "), (target[1] or "") if target else "")
