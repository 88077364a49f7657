"""The pieces of which a draft's templates are made: forms that lists are often written in, the most telling first."""

from __future__ import annotations

PREFIXES = (
    "", "[{date}] ", "({date}) ", "{year} - ", "{year}-{venue} - ", "[-] {year} - ", "[-] {year}-{venue} - ",
    "[[{venue}]({link})] ", "{?[{ignore}]} ", "{?**{ignore}**:} ",
)  # fmt: skip
TITLES = (
    "[**{title}**]({link})", "**[{title}]({link})**", "*[{title}]({link})*", "<[{title}]({link})>",
    '["{title}"]({link})', "[{title}]({link})", '**"{title}"**', "**{title}**", '*"{title}"*', '"{title}"',
    "`{title}`", "*{title}*", "{title}",
)  # fmt: skip
MIDDLES = (
    "", "{?.} ({year})", "{?.} ({date})", "{?.} ({venue})", "{?.} *{venue}*", "{?.} `{venue}`", "{?.} In *{venue}*",
    " in *{venue}*, {year}", "{?.} {venue}", "{?,} ({year}){?,} {authors}", "{?.} *{authors}*", "{?.}{?,} {authors}",
    ", {authors}, *{venue}*", "{?.} {authors}. *{venue}*", "{?.} *{authors}* *{venue}*", "{?.} *{authors}*{?.} {venue}",
    "{?.} `{venue}` *{authors}*", "{?.} {authors}. {venue}, {year}", "{?.} {authors}. {venue}", " by {authors}, {year}",
    " by {authors}", " by {authors} ({venue})", "{?.} *{authors}. {venue}*", "{?.} *{authors} et al. {venue}*",
    ", {authors}, {venue}, {year}", " | {venue}", " | {authors} | {venue}", " - {ignore}",
)  # fmt: skip
ENDS = (
    "{?.} {links}", "{?.}", "{?,} {links}{?.} *{authors}*", " | {links}", "{?.} {links}{?, {date}}",
    "{?.}{? {links}} [{keywords}]{? {ignore}}",
)  # fmt: skip
BELOW = (
    "{links}", "*{authors}*{?.} {links}{?, {date}}", "*{authors}*{?.}{?,} {venue}", "{authors}. *{venue}*",
    "{authors}. {venue}", "*{authors}*", "{authors}", "*{venue}*", "{venue}",
)  # fmt: skip

LABELS = {  # by the words of a label, or of a column's heading
    "title": ("title", "paper title", "papers", "paper name", "name"),
    "authors": ("authors", "author", "author(s)", "by"),
    "venue": ("venue", "conference", "journal", "publisher", "publication", "published in", "published", "pub"),
    "year": ("year",),
    "date": ("date", "time", "month", "pub. date", "submitted"),
    "keywords": ("keywords", "keyword", "key words", "key", "tags", "tag", "topics", "category"),
    "digest": ("digest", "tldr", "tl;dr", "abstract", "summary", "description", "one-liner"),
    "links": (
        "links", "link", "paper", "pdf", "url", "code", "github", "codes", "project", "website", "arxiv", "demo",
        "dataset", "data", "homepage", "repo", "project page",
    ),
}  # fmt: skip


def field_of(label: str) -> str | None:
    """The field that a label stands for, None for an unknown one."""
    folded = label.casefold().strip("*_`: ")
    return next((field for field, names in LABELS.items() if folded in names), None)
