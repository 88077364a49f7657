"""What a line is where it is no part of an entry: boilerplate, or something that carries a link and may be a paper.

Every pattern takes time in proportion to the text, whatever is written.
"""

from __future__ import annotations

import re

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
LINK_MARK = re.compile(
    r"\bhttps?://[^\s/]|\bwww\.\w"  # https://x.org, www.x.org
    r"|\]\((?!\s*<?\s*#)"  # [Title](https://x.org), [[paper]](), but not [Topic](#topic)
    r"|\]\[[^\[\]\s]|^\s*\[[^\[\]]+\]:\s*[^\s#]"  # [Title][1], [1]: https://x.org
    r"|\bhref\s*=\s*[\"']?(?![\"'\s#])",  # <a href="paper.pdf">, but not <a href="#topic">
    re.I,
)


def carries_link(text: str) -> bool:
    """Whether a text links to another page. Images, and links whose whole text is an image, don't count."""
    return bool(LINK_MARK.search(NO_LINKS.sub(" ", text)))


def is_boilerplate(text: str) -> bool:
    """An image, lone tags or a rule, wherever it stands."""
    return bool(IMAGE.fullmatch(text) or TAGS_OR_RULE.fullmatch(text)) and not carries_link(text)
