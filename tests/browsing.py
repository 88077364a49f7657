"""A browser for tests and benchmarks: the Chromium that is installed, else Playwright's own; what a visit met.

Chromium's headless shell, where it is installed, loads the same pages with the same engine in half the processor time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, Request

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
ARGUMENTS += ["--enable-features=RenderDocument:level/crashed-frame"]  # no new frame for each page of the same site
CHARTING = """() => document.querySelector("details.own-chart[open]") !== null"""
# What is stored can't be emptied from a feed, it is sandboxed; a chart asks for its rows again when the scheme changes.
ENDS = """() => origin === "null" || document.querySelector("details.own-chart[open]") !== null"""
FORGET = "stop(), localStorage.clear(), sessionStorage.clear()"
HEIGHT = {1280: 900, 390: 844, 320: 844}
# Of each browser the windows that nobody uses, by whether they run scripts and are touched.
WINDOWS: WeakKeyDictionary[Browser, dict[tuple[bool, bool], Page]] = WeakKeyDictionary()


def launch(playwright: Playwright, *arguments: str) -> Browser:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    return playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])


@dataclass
class Visit:
    """A page, and what it met: errors of scripts and of the console, requests to other hosts."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        """Open a path of the site and wait until its scripts have run; gives the status."""
        response = self.page.goto(self.address + path)
        assert response
        if self.page.evaluate(CHARTING):  # datasette-vega puts its form up only when it has the rows
            self.page.locator("form.datasette-vega, .datasette-vega-inactive").first.wait_for()
        return response.status

    def note_console(self, message: ConsoleMessage) -> None:
        refused = message.location.get("url") == self.page.url and "the server responded with" in message.text
        if message.type == "error" and not refused:  # a page that answers 404 is an error to the console
            self.errors.append(f"{self.page.url}: {message.text}")

    def note_error(self, error: Error) -> None:
        self.errors.append(f"{self.page.url}: {error}")

    def note_request(self, request: Request) -> None:
        own = urlsplit(self.address).netloc
        if urlsplit(request.url).scheme not in ("data", "blob") and urlsplit(request.url).netloc != own:
            self.strangers.append(f"{self.page.url}: {request.url}")


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    width: int = 1280,
    scheme: str = "light",
    script: bool = True,
    touch: bool = False,
    is_new: bool = False,
) -> Iterator[Visit]:
    """A visitor of a site, with a window of some width, and light or dark by preference.

    The window is that of an earlier visitor who needed the same, made to forget: opening one takes as long as loading
    five pages. `is_new` opens one all the same, for visitors who change what it does or ask what it has in its cache.
    """
    windows = WINDOWS.setdefault(browser, {})
    page = None if is_new else windows.pop((script, touch), None)
    page = page or browser.new_context(java_script_enabled=script, has_touch=touch).new_page()
    page.set_viewport_size({"width": width, "height": HEIGHT[width]})
    page.emulate_media(media="null", color_scheme="dark" if scheme == "dark" else "light")
    visit = Visit(page, address)
    notes = {"console": visit.note_console, "pageerror": visit.note_error, "request": visit.note_request}
    for event, note in notes.items():
        page.on(event, note)  # type: ignore[call-overload]
    yield visit
    for event, note in notes.items():
        page.remove_listener(event, note)
    is_kept = not is_new and (script, touch) not in windows
    if not is_kept or page.evaluate(ENDS):
        page.context.close()
    else:
        forget(page)
        windows[script, touch] = page


def forget(page: Page) -> None:
    """Leave a window as a new one is, but for its cache: nothing stored, nothing allowed, nothing under the mouse."""
    page.evaluate(FORGET)
    page.mouse.move(0, 0)
    page.context.clear_cookies()
    page.context.clear_permissions()
