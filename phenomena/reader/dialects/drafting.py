"""The templates of a draft, chosen by what they read of a list's samples."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from ..sections import Section
from .declaration import Dialect
from .doubts import MARKUP, doubts, is_name, is_venue, worth
from .fields import make_entry, parse_names
from .rows import NOTHING, links_of
from .samples import Sample, Samples, spread
from .template import Template, TemplateError, parse_template
from .variations import BELOW, ENDS, MIDDLES, PREFIXES, TITLES, field_of

MAX_TEMPLATES = 3  # of an entry, in a draft
MAX_HEADS = 4  # ways to begin an entry, of each kind, that are tried with all ways to go on
LEAST = 0.05  # of the samples, for a template or a label
LABEL = re.compile(r"((?:[^\w\s\[(]+\s*)*([A-Za-z][\w ;./\-]{0,20}?)\s*[*_]*[:：][*_]*)\s*(?!//)\S")  # 📅 Date: 2022
LAST_FIRST = re.compile(r"[^,;]+,[^,;]+(?:;[^,;]+,[^,;]+)*")  # Doe, Jane; Lee, Ann
FIELD = re.compile(r"\{(\w+)\}")  # {title}
FEW, LIKELY = 5, 25  # texts for a first choice, and templates that are left by it
NEUTRAL = Dialect("bullet", year="venue")
parsed = lru_cache(maxsize=8_192)(parse_template)  # most are tried more than once
TITLE_CELLS = (*TITLES[:4], *TITLES[5:6], "**{title}**", "{title}")


def draft_lines(unit: str, samples: Sequence[Sample]) -> Iterator[str]:
    """Drafts for bullets or paragraphs, by their whole texts or their first lines, with each source of the year."""
    some = spread(samples)
    modes = [([one.whole for one in some], [text for one in some for text in one.below])]
    if any(len(one.lines) > 1 for one in some):
        first = [one.lines[0] for one in some]
        modes.append((first, [text for one in some for text in (*one.lines[1:], *one.below)]))
    for texts, others in modes:
        entry = choose_entry(texts)
        below = choose_below(others, len(some))
        if not entry:
            continue
        lines = [f'unit = "{unit}"', f"entry = {write(entry)}", *([f"below = {write(below)}"] if below else [])]
        if writes_last_first([*texts, *others], [*entry, *below]):
            lines.append('names = "Last, First"')
        for year in year_sources([*entry, *below]):
            yield "\n".join([*lines, f'year = "{year}"']) + "\n"


def draft_sections(level: int, samples: Sequence[Sample]) -> Iterator[str]:
    """Drafts for a list that has a heading for each paper."""
    below = choose_below([text for one in samples for text in one.below], len(samples))
    lines = ['unit = "section"', f"level = {level}", 'entry = "{title}"', f"below = {write(below)}"]
    for year in year_sources(below):
        yield "\n".join([*lines, f'year = "{year}"']) + "\n"


def writes_last_first(texts: Sequence[str], templates: Sequence[str]) -> bool:
    """Whether most authors are written as `Doe, Jane; Lee, Ann`."""
    found = [match for text in texts for one in templates if (match := parsed(one).match(text)) is not None]
    authors = [match["authors"] for match in found if "authors" in match]
    return 2 * sum(bool(LAST_FIRST.fullmatch(text)) for text in authors) > len(authors)


def year_sources(templates: Sequence[str]) -> Iterator[str]:
    """Where the year may come from, by the fields there are."""
    fields = {name for one in templates for name in parsed(one).fields}
    if fields & {"year", "date"}:
        yield "entry"
    if "venue" in fields:
        yield "venue"
    yield "heading"


def choose_entry(texts: Sequence[str]) -> list[str]:
    """The best template, and the best of what it leaves, as long as one reads enough."""
    chosen: list[str] = []
    left = list(texts)
    while left and len(chosen) < MAX_TEMPLATES:
        best = best_template(left)
        rest = [text for text in left if best.match(text) is None] if best else left
        if best is None or len(left) - len(rest) < max(1, LEAST * len(texts)):
            break
        chosen.append(best.written)
        left = rest
    return chosen


def best_template(texts: Sequence[str]) -> Template | None:
    """The template that is worth most over all texts, None where none is worth anything."""
    written = [
        head + middle + end
        for head in best_heads(texts)
        for middle in MIDDLES
        for end in ENDS
        if not set(FIELD.findall(head)) & set(FIELD.findall(middle)) - {"ignore"}
    ]
    few = texts[:: max(1, len(texts) // FEW)]
    likely = sorted(compiled(written), key=lambda one: -total_worth(one, few))[:LIKELY]
    best = max(likely, key=lambda one: total_worth(one, texts), default=None)
    return best if best and total_worth(best, texts) > 0 else None


def best_heads(texts: Sequence[str]) -> list[str]:
    """The ways to begin that most texts share: those that mark the title, and those in which it is only text."""
    heads = [one.written for one in compiled([prefix + title for prefix in PREFIXES for title in TITLES])]
    heads.sort(key=lambda head: -head_worth(head, texts))
    marked = [head for head in heads if not head.endswith("}")]
    plain = [head for head in heads if head.endswith("}") and head != "{title}"]
    return [*marked[:MAX_HEADS], *plain[:MAX_HEADS], "{title}"]


def compiled(written: Sequence[str]) -> Iterator[Template]:
    """Those that are templates: some combinations have nothing that separates two texts."""
    for one in written:
        try:
            yield parsed(one)
        except TemplateError:
            continue


def head_worth(head: str, texts: Sequence[str]) -> int:
    """How many texts begin so."""
    is_plain = head.endswith("{title}")
    template = parsed(head.replace("{title}", "{digest}") if is_plain else head + "{? {ignore}}")
    return sum(template.match(text) is not None for text in texts)


def total_worth(template: Template, texts: Sequence[str]) -> float:
    """What a template's entries are worth together."""
    total = 0.0
    for text in texts:
        found = template.match(text)
        if found is not None:
            entry = make_entry(0, Section("topic"), found, links_of(found), NEUTRAL)
            total += worth(entry) - ("ignore" in template.written) * 0.2 - (doubts(entry) > 1)
            total -= 0.5 * ("date" in found and entry.year is None) + 0.4 * bool(MARKUP.search(found["title"]))
    return total


def choose_below(texts: Sequence[str], count: int) -> list[str]:
    """Templates for lines below: one for each usual label, then those without a label."""
    labels = Counter(match[1] for text in texts if (match := LABEL.match(text)))
    chosen: list[str] = []
    used: set[str] = set()
    for label, number in labels.items():
        if number >= max(1, 2 * LEAST * count):
            name = field_of(re.sub(r"^\W+|\W+$", "", label)) or "ignore"
            name = "ignore" if name in used - {"links"} or name == "title" else name
            used.add(name)
            chosen.append(f"{label} {{{name}}}")
    known = [parsed(one) for one in chosen]
    left = [text for text in texts if not any(one.match(text) for one in known)]
    for template in map(parsed, BELOW):
        read = [text for text in left if (found := template.match(text)) is not None and is_plausible(found)]
        if not template.fields - {"links"} & used and len(read) >= max(1, LEAST * len(texts)):
            chosen.append(template.written)
            used |= template.fields
            left = [text for text in left if text not in read]
    return chosen


def is_plausible(found: Mapping[str, str]) -> bool:
    """Whether the authors and the venue of a line look like such."""
    names = parse_names(found["authors"], "First Last") if "authors" in found else ()
    return all(map(is_name, names)) and ("venue" not in found or is_venue(found["venue"]))


def draft_columns(samples: Samples) -> str:
    """A draft for tables: each column by its heading and its cells."""
    title = max(samples.columns, key=lambda name: words_per_cell(name, samples.columns[name]))
    lines = ['unit = "row"', 'year = "YEAR"', "", "[columns]"]
    used: set[str] = set()
    for name, cells in samples.columns.items():
        written = cell_templates(name, [cell for cell in cells if not NOTHING.fullmatch(cell)], name == title, used)
        lines.append(f"{json.dumps(name, ensure_ascii=False)} = {write(written)}")
        used |= {field for one in written for field in parsed(one).fields}
    year = "entry" if "date" in used else "venue" if "venue" in used else "entry" if "year" in used else "heading"
    return "\n".join(lines).replace("YEAR", year) + "\n"


def words_per_cell(name: str, cells: Sequence[str]) -> float:
    """How likely a column holds the titles: many words in a cell, and a heading that says so."""
    words = sum(len(re.sub(r"\([^()]*\)", "", cell).split()) for cell in cells) / len(cells)
    return words * (3 if field_of(name) == "title" else 0.5 if field_of(name) in ("digest", "authors") else 1)


def cell_templates(name: str, cells: Sequence[str], is_title: bool, used: set[str]) -> list[str]:
    """The templates of one column."""
    if is_title:
        best = Counter(form for cell in cells for form in [next(matching(TITLE_CELLS, cell), "{title}")])
        return [form for form in TITLE_CELLS if best[form]] or ["{title}"]
    links = sum(1 for cell in cells if next(matching(["{links}"], cell), None))
    field = field_of(name)
    if cells and 2 * links >= len(cells):
        return ["{links}"] if links == len(cells) else ["{links}", "{ignore}"]
    return [f"{{{field}}}" if field and field not in used and field not in ("title", "links") else "{ignore}"]


def matching(templates: Sequence[str], text: str) -> Iterator[str]:
    """The templates that match a text."""
    return (one for one in templates if parsed(one).match(text) is not None)


def write(templates: Sequence[str]) -> str:
    """Templates as a TOML value."""
    quoted = [json.dumps(one, ensure_ascii=False) if '"' not in one else f"'{one}'" for one in templates]
    if len(quoted) == 1:
        return quoted[0]
    return "[\n" + "".join(f"  {one},\n" for one in quoted) + "]"
