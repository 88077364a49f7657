"""Line templates: what they match, what they don't, and that no line of any kind holds them up."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from malformed_lists import TOKENS

from phenomena.reader.dialects.declaration import find_dialect, preset_names, read_dialect
from phenomena.reader.dialects.inline import clean_line, parse_links
from phenomena.reader.dialects.template import MAX_CHOICES, TemplateError, parse_template
from phenomena.reader.grammar.links import Link
from phenomena.reader.source import MAX_LINE_BYTES

U = "https://x.example.org/a_(b)"
INLINE = "**{title}**{? ({year})}{?,} {authors}{? *{venue}*} {links}"
QUOTED = '{?**{ignore}**:} *"{title}"*, {authors}, *{venue}, {year}*{?.}{? {links}}'
COMMAS = "{authors}, {title}, {venue}, {year}{?.}"

MATCHES = (
    (INLINE, f"**A Title** (2022), Ann Lee *ICLR* [[pdf]]({U})",
     {"title": "A Title", "year": "2022", "authors": "Ann Lee", "venue": "ICLR", "links": f"[[pdf]]({U})"}),
    (INLINE, f"**A (Long) Title** Ann Lee and Bo Chen[pdf]({U})",
     {"title": "A (Long) Title", "authors": "Ann Lee and Bo Chen", "links": f"[pdf]({U})"}),
    (INLINE, f"**A Title**(1999)Ann Lee {U}",
     {"title": "A Title", "year": "1999", "authors": "Ann Lee", "links": U}),
    (QUOTED, f"**Nick**: *“A Title”*, A. Lee, B. Chen, *TPAMI, 2007*. [[Paper]({U})] [[Bib](./b.txt)]",
     {"title": "A Title", "authors": "A. Lee, B. Chen", "venue": "TPAMI", "year": "2007",
      "links": f"[[Paper]({U})] [[Bib](./b.txt)]", "ignore": "Nick"}),
    (QUOTED, '*"A Title", or Two"*, A. Lee, *TPAMI, 2007*',
     {"title": 'A Title", or Two', "authors": "A. Lee", "venue": "TPAMI", "year": "2007"}),
    (COMMAS, "Ann Lee, Bo Chen, A Title, CVPR, 2015.",
     {"authors": "Ann Lee, Bo Chen", "title": "A Title", "venue": "CVPR", "year": "2015"}),
    ("[{title}]({link}){? ({date})}", f"[A [Short] Title]({U}) (Jan. 2022)",
     {"title": "A [Short] Title", "link": U, "date": "Jan. 2022"}),
    ("[[{venue}]({link})] {title}.{? {links}}", f"[[CVPR]({U})] A Title. [[code]({U})][[x](y)]",
     {"venue": "CVPR", "link": U, "title": "A Title", "links": f"[[code]({U})][[x](y)]"}),
    ("{title}{? - {digest}}", f"A Title - see [it]({U}) - now", {"title": "A Title", "digest": f"see [it]({U}) - now"}),
    ("{title}", "A Title", {"title": "A Title"}),
    ("{year}", "2022", {"year": "2022"}),
    ("{title} ({year})", "In 2021 (2022) (2023)", {"title": "In 2021 (2022)", "year": "2023"}),
)  # fmt: skip


@pytest.mark.parametrize(("template", "line", "found"), MATCHES)
def test_a_template_finds_the_fields_of_a_line(template: str, line: str, found: Mapping[str, str]) -> None:
    assert parse_template(template).match(line) == found


@pytest.mark.parametrize(
    ("template", "line"),
    [
        (INLINE, "**A Title** (2022), Ann Lee *ICLR*"),
        (INLINE, f"A Title (2022), Ann Lee [[pdf]]({U})"),
        (INLINE, f"**** (2022), Ann Lee [[pdf]]({U})"),
        (INLINE, f"**A Title** (2022), [[pdf]]({U})"),
        (INLINE, f"**A Title** (2022), Ann Lee [[pdf]]({U}) and more"),
        (QUOTED, '*"A Title"*, A. Lee, *TPAMI, 20077*'),
        (COMMAS, "Ann Lee, A Title, 2015."),
        ("{title} {links}", f"A [link]({U}) within [[pdf]]({U})"),
        ("{title} | {venue} | {links}", f"A | v | [l]({U}) B | v | [l]({U})"),
        ("[{title}]({link})", f"[![Star](a.svg)]({U})"),
        ("{title} - {authors}", "A Title - Ann Lee. *ICLR 2022*"),
        ("{year}", "12022"),
        ("{title}", ""),
    ],
)
def test_a_template_matches_the_whole_line_or_nothing(template: str, line: str) -> None:
    assert parse_template(template).match(line) is None


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("", "there is no field in it. Write what stands for a field in braces, such as {title}."),
        ("**A**", "there is no field in it. Write what stands for a field in braces, such as {title}."),
        ("{title} {title}", "{title} is there twice. Give each field once; {ignore} may repeat."),
        (
            "{tilte}",
            "{tilte} is not a field. Write one of title, authors, venue, date, keywords, digest, ignore, year, link, ",
        ),
        ("{title", "a { stands alone. Write fields as {title}, and optional parts as {?...}."),
        ("title}", "a } stands alone. Write fields as {title}, and optional parts as {?...}."),
        ("{title}{? ({year})", "{? is never closed. Write } where the optional part ends."),
        ("{title}{? a {? b}}", "{? begins within another {?...}. Write them one after the other."),
        (
            "{title} {authors}",
            "nothing that is always there separates {title} from {authors}. Write a separator between them, ",
        ),
        ("{title}{?,} {authors}", "nothing that is always there separates {title} from {authors}. "),
        ("{title}{? ({year})}{authors}", "nothing that is always there separates {title} from {authors}. "),
        ("{title}" + "{?, {ignore}}" * 6, f"it has 6 parts {{?...}} with text; at most {MAX_CHOICES} are allowed."),
    ],
)
def test_a_template_that_says_nothing_certain_is_refused(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as refusal:
        parse_template(template)
    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (f"[[paper]({U})]", [("paper", U)]),
        (f"[[Paper]] ({U}), [code]({U})", [("Paper", U), ("code", U)]),
        (f"[![Star](https://img.example.org/a.svg)]({U})", [("Star", U)]),
        (f"[\\[paper\\]]({U})[\\[code\\]]({U})", [("paper", U), ("code", U)]),
        (f"<{U}> · {U} | https://y.example.org.", [("", U), ("", U), ("", "https://y.example.org")]),
        (f'<a href="{U}" target=_blank>paper</a>', [("paper", U)]),
        ("[[paper]]() [**code**](y.html)", [("paper", ""), ("code", "y.html")]),
        (f'[paper]({U} "Title") / [code](<{U}>)', [("paper", U), ("code", U)]),
    ],
)
def test_links_are_read_in_every_form(text: str, links: list[tuple[str, str]]) -> None:
    found = parse_template("{title} {links}").match(f"A Title {text}")
    assert found and found["title"] == "A Title"
    assert parse_links(found["links"]) == tuple(Link(label, url) for label, url in links)


def test_images_and_breaks_are_left_out_of_a_line() -> None:
    line = "![Star](https://img.example.org/a.svg) <br> [**A Title**](b.html)&emsp;<img src='x.png'>, 2022<br/>\\"
    assert clean_line(line) == "[**A Title**](b.html) , 2022"


WORST = "{?{ignore} | }{?{title}, }{?{authors}; }{?{venue}. }{?{date} - }{links}"
LINES = [token * (400 // len(token)) for token in (*TOKENS, "[a](b)", "[![a](", '[a](b "', "<a ", "https://", "<a>")]


@pytest.mark.parametrize("name", [*preset_names(), "worst"])
def test_a_separator_is_found_at_most_once_at_each_place_of_a_line(name: str) -> None:
    """Why time is in proportion to the line: places are found once, in order, and each text is chosen among them."""
    dialect = None if name == "worst" else read_dialect(find_dialect(name))
    in_columns = [one for some in (dialect.columns or {}).values() for one in some] if dialect else []
    templates = [*dialect.entry, *dialect.below, *in_columns] if dialect else [parse_template(WORST)]
    for line in LINES:
        text = clean_line(line)
        for template in templates:
            template.match(text)
            for pattern in template.patterns:
                for one in pattern.between:
                    ends = [place.end() for place in one.finditer(text)]
                    assert ends == sorted(ends) and len(ends) <= 2 * len(text) + 1


@pytest.mark.parametrize("token", [", ", "**", "[a](b)", "[![a](b)", "(2022), A "])
def test_the_longest_line_is_matched(token: str) -> None:
    line = clean_line("**A" + token * ((MAX_LINE_BYTES - 3) // len(token)))
    found = parse_template(WORST).match(line) or parse_template("**{digest}").match(line)
    assert found is not None
