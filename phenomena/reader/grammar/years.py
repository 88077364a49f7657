"""Years as lists write them: which text is certainly a year, and which is meant as one but can't be read.

A year has four digits, from 1900 to 2049: no clock is read, and 2062 is more likely a misspelt 2026 than a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

YEAR = re.compile(r"19\d\d|20[0-4]\d")  # 2022
NUMBER = r"(?:[1Il]9|2[0Oo])[\dOoIl]{2,}|\d{2,}"  # 2022, 20224, 2O22, 202, 22
RANGE = rf"(?:{NUMBER})(?:\s*[-–—/]\s*['’]?(?:{NUMBER}))?"  # 2022-2023, 2022/23, 20-23
CLOSING_YEAR = re.compile(rf"(?<!\w)({RANGE})[)\]\s.]*$")  # Neural Collapse: 2022
ANY_YEAR = re.compile(rf"[,'’(\[\s]*+(?<!\w)({RANGE})(?!\w)[)\]]*")  # NeurIPS 2022 (Oral)
BEGINS_LIKE_YEAR = re.compile(r"(?:[1Il]9|2[0Oo])[\dOoIl]{2}")  # 20224
APOSTROPHE = re.compile("['’]")  # ICML'22
INTRODUCES_YEAR = re.compile(r"(?:^|[:：,(\[]|\s[-–—]|['’])\s*$")  # Neural Collapse:
EARLIER_YEAR = re.compile(r"\b(?:19|20)\d\d\s*(?:[,&]|\band\b|\bto\b)?\s*$")  # 2021 and


@dataclass(frozen=True)
class WrittenYear:
    """A year as written, and the text around it. `year` is None where `written` is meant as one but can't be read."""

    text: str
    written: str
    year: int | None


def closing_year(text: str) -> WrittenYear | None:
    """The year at the end of a heading, or what is meant as one; None where there is neither.

    >>> closing_year("Neural Collapse: 2022")
    WrittenYear(text='Neural Collapse: ', written='2022', year=2022)
    >>> closing_year("Neural Collapse: 20224").year, closing_year("Physics 101")
    (None, None)
    """
    match = CLOSING_YEAR.search(text)
    if not match:
        return None
    before, written = text[: match.start()], match[1]
    if earlier := EARLIER_YEAR.search(before):
        return WrittenYear(before[: earlier.start()], before[earlier.start() :] + written, None)
    if YEAR.fullmatch(written):
        return WrittenYear(before, written, int(written))
    is_meant = BEGINS_LIKE_YEAR.match(written) or INTRODUCES_YEAR.search(before)
    return WrittenYear(before, written, None) if is_meant else None


def venue_year(text: str) -> WrittenYear:
    """The year within a venue; `text` is the venue without it, `written` is empty where there is none.

    >>> venue_year("ICML 2022 Workshop")
    WrittenYear(text='ICML Workshop', written='2022', year=2022)
    >>> venue_year("ICML 20244")
    WrittenYear(text='ICML', written='20244', year=None)
    """
    meant = [
        match for match in ANY_YEAR.finditer(text) if BEGINS_LIKE_YEAR.match(match[1]) or APOSTROPHE.search(match[0])
    ]
    written = tuple(dict.fromkeys(one[1] for one in meant))
    rest = ANY_YEAR.sub(lambda match: " " if match[1] in written else match[0], text)
    is_year = len(written) == 1 and YEAR.fullmatch(written[0])
    return WrittenYear(" ".join(rest.split()), ", ".join(written), int(written[0]) if is_year else None)
