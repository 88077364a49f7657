"""What holds on every kind of page, in a real browser: it is whole, fits its window, and violates nothing of WCAG 2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from browsing import HEIGHT, Visit, visiting
from page_kinds import CHARTS, REFUSED, find_page_kinds
from playwright.sync_api import Browser, Page

SHORT = {"resultTypes": ["violations"]}  # describing what passes would take most of the time
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], **SHORT}
WCAG["rules"] = {"target-size": {"enabled": True}}  # 24 px or spaced; axe leaves it out unless asked
COLOUR = {"runOnly": ["color-contrast"], **SHORT}  # the one rule that a colour scheme can break
DESK, PHONES = (1280,), (390, 320)
RULES = WCAG | {"runOnly": [*WCAG["runOnly"], "best-practice"]}
WITHOUT_COLOUR = RULES | {"rules": {**WCAG["rules"], "color-contrast": {"enabled": False}}}
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
# One page of each template: pages of one template have the same colours, so that all are looked at in light at a desk,
# and one in dark and on a phone.
TEMPLATES = (
    *("front", "papers", "papers none", "papers table", "paper", "topic", "author", "search start", "search corrected"),
    *("new", "charts", "canned query", "SQL", "problems", "about", "database", "table with facets", "row", "time-out"),
    *("map", "topics", "authors", "keywords"),
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
# Notes whether scripts ask for a width while a page loads: such a page may be another one on a phone. The menu is the
# same on all, but for how far it is scrolled.
NOTE = """
    window.asked = false;
    const note = (owner, name, asks = () => true) => {
        const was = Object.getOwnPropertyDescriptor(owner, name), part = was.get ? "get" : "value";
        const noted = function (...given) { asked ||= asks(this, ...given); return was[part].apply(this, given); };
        Object.defineProperty(owner, name, {...was, [part]: noted});
    };
    ["innerWidth", "outerWidth"].forEach(name => note(window, name));
    ["clientWidth", "offsetWidth", "scrollWidth", "getBoundingClientRect"].forEach(
        name => note(name in Element.prototype ? Element.prototype : HTMLElement.prototype, name,
        place => !place.closest("header.site")));
    note(window, "matchMedia", (_, query) => query.includes("width"));
"""
FIT = """() => [document.documentElement.scrollWidth, [...document.querySelectorAll(
    "ul.names a, nav.letters a, ul.topics a, .more a, nav a")].filter(
    link => link.checkVisibility() && link.getBoundingClientRect().height < 24).map(link => link.outerHTML)]"""


def find_faults(visit: Visit, name: str, path: str, status: int) -> Iterator[tuple[object, ...]]:
    """What is wrong with a page at a desk and on phones.

    It is opened once, and again on a phone where its scripts ask for its width. Of the charts, which are of one kind,
    axe sees one among the kinds of page.
    """
    page = visit.page
    resize(page, 1280)
    assert visit.go(path) == status, name
    is_other = page.evaluate("asked")
    yield from find_faults_of_shape(page, name, DESK if is_other else DESK + PHONES)
    if name not in CHARTS:
        yield from find_faults_of_wcag(page, 1280, RULES)
        if name in TEMPLATES:
            page.emulate_media(color_scheme="dark")
            yield from find_faults_of_wcag(page, 1280, COLOUR)
            page.emulate_media(color_scheme="light")
    if is_other:
        resize(page, 390)
        assert visit.go(path) == status, name
        yield from find_faults_of_shape(page, name, PHONES)
    if name not in CHARTS:
        yield from find_faults_of_wcag(page, 390, RULES if name in TEMPLATES else WITHOUT_COLOUR)


def find_faults_of_shape(page: Page, name: str, widths: tuple[int, ...]) -> Iterator[tuple[object, ...]]:
    """At each width, a long way by Tab, a horizontal scroll and low links."""
    for width in widths:
        resize(page, width)
        stops = page.evaluate(STOPS)
        if not (5 if name in LISTED else -1) < stops < 100:
            yield width, "stops", stops
        if (seen := page.evaluate(FIT)) != [width, []]:
            yield width, seen


def find_faults_of_wcag(page: Page, width: int, rules: dict[str, object]) -> Iterator[tuple[object, ...]]:
    """What violates some of axe's rules on a page that is open.

    Takes the repeated elements off the page, because axe walks through those that it is asked to leave out.
    """
    page.evaluate(PRUNE, ", ".join(REPEATED))
    resize(page, width)
    yield from ((width, *one) for one in page.evaluate(AXE, rules))


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT[width]})


def test_every_page_is_whole_and_accessible(browser: Browser, server: str, folder: Path) -> None:
    """No error or other host, no fault of shape, nothing that violates WCAG, on each kind of page at its largest."""
    kinds = {kind: (path, 200) for kind, path in find_page_kinds(folder).items()} | REFUSED
    charts = {name: (f"/phenomena/{name}", 200) for name in CHARTS}
    found = []
    with visiting(browser, server, is_new=True) as visit:
        visit.page.add_init_script(NOTE)
        visit.page.add_init_script(Axe().axe_script)
        for name, (path, status) in (kinds | charts).items():
            found += [(name, *one) for one in find_faults(visit, name, path, status)]
    assert found == []
    assert (visit.errors, visit.strangers) == ([], [])
