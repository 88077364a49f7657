"""A dialect's file: what it may declare, and how each mistake is refused, with its line and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from phenomena.reader.dialects.declaration import (
    CHOICES,
    KEYS,
    MAX_BYTES,
    DialectError,
    find_dialect,
    parse_dialect,
    preset_names,
    read_dialect,
)
from phenomena.reader.dialects.template import FIELDS

BULLET = 'unit = "bullet"\n'
ENTRY = 'entry = "{title} {links}"\n'
SECTION = 'unit = "section"\nentry = "{title}"\n'
ROW = 'unit = "row"\n'
ALL_FIELDS = ", ".join(FIELDS)


def test_a_whole_dialect() -> None:
    dialect = parse_dialect(
        'unit = "bullet"\nentry = ["**{title}** {links}", "{title}"]\nbelow = "*{authors}*, {date}"\n'
        'names = "Last, First"\nskip = ["Blogs", "**Tools**:"]\ntopic = " Deep  Nets "\ntopic_level = 2\n',
        "x.toml",
    )
    assert [template.written for template in (*dialect.entry, *dialect.below)] == [
        "**{title}** {links}",
        "{title}",
        "*{authors}*, {date}",
    ]
    assert dialect.fields == {"title", "links", "authors", "date"}
    assert (dialect.unit, dialect.names, dialect.topic, dialect.topic_level) == (
        "bullet",
        "Last, First",
        "Deep Nets",
        2,
    )
    assert dialect.skip == {"blogs", "tools"}
    assert (dialect.level, dialect.columns) == (None, None)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        (BULLET + 'entry = "{title} ({year})"', "entry"),
        (BULLET + 'entry = "{title}"\nbelow = "Date: {date}"', "entry"),
        (BULLET + 'entry = "{title} *{venue}*"', "heading"),
        (BULLET + 'entry = "{title} *{venue}*"\nyear = "venue"', "venue"),
        (BULLET + 'entry = "{title} ({year})"\nyear = "none"', "none"),
        (ROW + '[columns]\nTitle = "{title}"\nYear = "{year}"', "entry"),
    ],
)
def test_the_year_comes_from_the_entry_if_it_has_one_else_from_the_heading(text: str, year: str) -> None:
    assert parse_dialect(text, "x.toml").year == year


NOT_TOML = (
    "is not TOML (Expected '=' after a key in a key/value pair (at end of document)). Write each line as "
    'key = "value".'
)
REFUSED = (
    ("unit", 0, NOT_TOML),
    (ENTRY, 0, "has no unit. Write unit = one of bullet, paragraph, row, section."),
    ('unit = "line"\n' + ENTRY, 1, "unit is 'line'. It must be one of 'bullet', 'paragraph', 'row', 'section'."),
    (BULLET + ENTRY + 'order = "x"\n', 3, f"order is not a key of a dialect. The keys are {', '.join(KEYS)}."),
    (BULLET + ENTRY + "skip = 7\n", 3, "skip must be a string or a list of strings."),
    (BULLET + ENTRY + "skip = [7]\n", 3, "skip holds what isn't a string. It must be a list of strings."),
    (BULLET + "entry = 7\n", 2, "entry must be a string or a list of strings."),
    (BULLET + ENTRY + "topic_level = true\n", 3, "topic_level must be a number."),
    (BULLET + ENTRY + "topic_level = 7\n", 3, "topic_level is 7. Headings have levels from 1 to 6."),
    (
        BULLET + ENTRY + 'year = "title"\n',
        3,
        "year is 'title'. It must be one of 'entry', 'venue', 'heading', 'none'.",
    ),
    (BULLET + ENTRY + 'names = "Last"\n', 3, "names is 'Last'. It must be one of 'First Last', 'Last, First'."),
    (BULLET, 1, "unit is 'bullet', and entry is missing. Declare it."),
    (BULLET + "entry = []\n", 1, "unit is 'bullet', and entry is missing. Declare it."),
    (SECTION, 1, "unit is 'section', and level is missing. Declare it."),
    (ROW, 1, "unit is 'row', and columns is missing. Declare it."),
    (BULLET + ENTRY + "level = 2\n", 3, "level is of no use with unit = 'bullet'. Delete it."),
    (BULLET + ENTRY + '[columns]\nA = "{title}"\n', 3, "columns is of no use with unit = 'bullet'. Delete it."),
    (ROW + ENTRY + '[columns]\nA = "{title}"\n', 2, "entry is of no use with unit = 'row'. Delete it."),
    (ROW + '[columns]\nA = "{links}"\n', 2, "columns has a {title} in 0 columns. It must be in one."),
    (ROW + '[columns]\nA = "{title}"\nB = "{title}"\n', 2, "columns has a {title} in 2 columns. It must be in one."),
    (ROW + "[columns]\nA = 7\n", 2, "columns holds what isn't a string. It must be a string or a list of strings."),
    (BULLET + 'entry = "{links}"\n', 2, "entry has no {title} in '{links}'. Every entry needs one."),
    (BULLET + ENTRY + 'below = "{title}"\n', 3, "below has a {title}. It must be in entry, as it begins an entry."),
    (BULLET + ENTRY + 'year = "entry"\n', 3, "year is 'entry', and no template has a {year} or a {date}."),
    (BULLET + ENTRY + 'year = "venue"\n', 3, "year is 'venue', and no template has a {venue}."),
    (BULLET + "entry = [" + '"{title}",' * 21 + "]\n", 2, "entry has 21 templates; at most 20 are allowed."),
    (
        BULLET + 'entry = [\n  "{title} {links}",\n  "{name}",\n]\n',
        4,
        f"entry is '{{name}}', but {{name}} is not a field. Write one of {ALL_FIELDS}.",
    ),
)


@pytest.mark.parametrize(("text", "line", "message"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_a_mistake_is_refused_at_its_line_with_what_is_allowed(text: str, line: int, message: str) -> None:
    with pytest.raises(DialectError) as refusal:
        parse_dialect(text, "x.toml")
    assert str(refusal.value) == f"x.toml{f', line {line}' if line else ''}: {message}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "can't be read (No such file or directory). Check the path."),
        (b"\xff", "is not UTF-8. Save it as UTF-8."),
        (b"#" * (MAX_BYTES + 1), "is over 20 KB. A dialect has about ten lines."),
        (b"a = " + b"[" * 9_000, "is not TOML "),
    ],
)
def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path, data: bytes | None, message: str) -> None:
    path = tmp_path / "x.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(DialectError) as refusal:
        read_dialect(path)
    assert str(refusal.value).startswith(f"{path}: {message}")


def test_a_preset_is_known_by_its_name_and_any_other_file_by_its_path(tmp_path: Path) -> None:
    assert [read_dialect(find_dialect(name)).unit for name in preset_names()] == [
        "paragraph", "row", "bullet", "bullet", "bullet",
    ]  # fmt: skip
    assert find_dialect("x.toml") == Path("x.toml")
    assert find_dialect(str(tmp_path)) == tmp_path
    with pytest.raises(DialectError) as refusal:
        find_dialect("title")
    assert str(refusal.value) == (
        "title: no such dialect. Give the path of a .toml file, or one of bold-title-lines, columns, "
        "plain-title-links, quoted-title, title-is-link."
    )


def test_every_key_and_choice_and_field_is_in_the_guide() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "dialects.md").read_text("utf-8")
    for name in KEYS:
        assert f"| `{name}` |" in guide
    for name in (one for some in CHOICES.values() for one in some):
        assert f'`"{name}"`' in guide
    for name in FIELDS:
        assert f"| `{{{name}}}` |" in guide
