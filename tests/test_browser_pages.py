"""What holds on every kind of page, in a real browser: it is whole, fits its window, and violates nothing of WCAG 2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import HEIGHT, visiting
from page_kinds import CHARTS, REFUSED, find_page_kinds
from playwright.sync_api import Browser, Page

SHORT = {"resultTypes": ["violations"]}  # describing what passes would take most of the time
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], **SHORT}
WCAG["rules"] = {"target-size": {"enabled": True}}  # 24 px or spaced; axe leaves it out unless asked
COLOUR = {"runOnly": ["color-contrast"], **SHORT}  # the one rule that a colour scheme can break
RULES = WCAG | {"runOnly": [*WCAG["runOnly"], "best-practice"]}
# What is made by one line of a template again and again: of each the first are looked at.
REPEATED = ("article.card:nth-of-type(n+4)", "tbody tr:nth-child(n+4)", "svg a:nth-of-type(n+5)", "td:nth-child(n+9)")
REPEATED += ("main li:nth-child(n+5)", "dt:nth-of-type(n+5)", "dd:nth-of-type(n+5)", "option:nth-child(n+5)")
REPEATED += (".schema > details:nth-of-type(n+4)", ".clusters > section:nth-of-type(n+6)")
REPEATED += (".facet:nth-of-type(n+5)", ".column-menu:nth-of-type(n+5)", ".multiples > li:nth-child(n+3)")
REPEATED += (".columns .year:nth-of-type(n+5)", "p > a:nth-of-type(n+9)", ".months ul:nth-of-type(n+4)")
REPEATED += ("section:has(> ul.lines):nth-of-type(n+4)", "section:has(> ul.names):nth-of-type(n+6)")
REPEATED += ("section:has(> details > .facts):nth-of-type(n+6)", "header li:nth-child(n+5):not(:has([aria-current]))")
PRUNE = "places => document.querySelectorAll(places).forEach(place => place.remove())"
AXE = """options => axe.run(options).then(found => found.violations.flatMap(
    rule => rule.nodes.slice(0, 3).map(node => [rule.id, node.target, node.html.slice(0, 200)])))"""
# One page of each template: pages of one template have the same colours, so that in dark one of each is enough.
TEMPLATES = (
    *("front", "papers", "papers none", "papers table", "paper", "topic", "author", "search start", "search corrected"),
    *("new", "charts", "canned query", "SQL", "problems", "about", "database", "table with facets", "row", "time-out"),
)  # fmt: skip
# How often Tab is pressed before it reaches the second entry of a list: what is seen, and isn't in a closed fold.
STOPS = """() => {
    const second = document.querySelectorAll(
        'article.card, table.rows-and-columns tbody tr, ul.lines li, ul.names li, ul.topics > li, .clusters li')[1];
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
    const before = all.filter(one => second?.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING);
    return before.filter(one => one.tabIndex >= 0 && one.checkVisibility() && one.type !== 'hidden').length;
}"""
# Kinds of page that have a second entry, which must be found.
LISTED = {"papers", "papers table", "papers searched", "topic", "author", "keyword", "venue", "list", "topics"}
LISTED |= {"authors", "front", "charts", "map", "keywords", "venues", "canned query", "table", "view"}
LISTED |= {"new in the fullest year"}
FIT = """() => [document.documentElement.scrollWidth, [...document.querySelectorAll(
    "ul.names a, nav.letters a, ul.topics a, .more a, nav a")].filter(
    link => link.checkVisibility() && link.getBoundingClientRect().height < 24).map(link => link.outerHTML)]"""


def find_faults_of_wcag(page: Page, is_shown_in_dark: bool) -> Iterator[tuple[object, ...]]:
    """What violates WCAG 2 A and AA or axe's best practices on a page that is open in light colours.

    Takes the repeated elements off the page, because axe walks through those that it is asked to leave out.
    """
    page.evaluate(PRUNE, ", ".join(REPEATED))
    yield from page.evaluate(AXE, RULES)
    if is_shown_in_dark:
        page.emulate_media(color_scheme="dark")
        yield from (("dark", *one) for one in page.evaluate(AXE, COLOUR))
        page.emulate_media(color_scheme="light")


def find_faults_of_shape(page: Page, name: str, widths: tuple[int, ...]) -> Iterator[tuple[object, ...]]:
    """A long way by Tab; at each width, a horizontal scroll and low links. Leaves the page at the first width."""
    stops = page.evaluate(STOPS)
    if not (5 if name in LISTED else -1) < stops < 100:
        yield "stops", stops
    for width in (*widths[1:], widths[0]):
        page.set_viewport_size({"width": width, "height": HEIGHT[widths[0]]})
        if (seen := page.evaluate(FIT)) != [width, []]:
            yield width, seen


@pytest.mark.parametrize("widths", [(1280,), (390, 320)], ids=["desk", "phones"])
def test_every_page_is_whole_and_accessible(
    browser: Browser, server: str, folder: Path, widths: tuple[int, ...]
) -> None:
    """No error or other host, no fault of shape, nothing that violates WCAG, on each kind of page at its largest."""
    kinds = {kind: (path, 200) for kind, path in find_page_kinds(folder).items()} | REFUSED
    charts = {name: (f"/phenomena/{name}", 200) for name in CHARTS}
    found = []
    with visiting(browser, server, widths[0], is_new=True) as visit:
        visit.page.add_init_script(Axe().axe_script)
        for name, (path, status) in (kinds | charts).items():
            assert visit.go(path) == status, name
            found += [(name, *one) for one in find_faults_of_shape(visit.page, name, widths)]
            if name in kinds:  # the charts are of one kind
                in_dark = widths == (1280,) and name in TEMPLATES
                found += [(name, *one) for one in find_faults_of_wcag(visit.page, in_dark)]
    assert found == []
    assert (visit.errors, visit.strangers) == ([], [])
