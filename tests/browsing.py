"""A browser for tests and benchmarks: the Chromium that is installed, else Playwright's own; what a visit met."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
CHARTING = """() => document.querySelector("details.own-chart[open]") !== null"""
HEIGHT = {1280: 900, 390: 844}


def launch(playwright: Playwright) -> Browser:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


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

    def note_request(self, request: Request) -> None:
        own = urlsplit(self.address).netloc
        if urlsplit(request.url).scheme not in ("data", "blob") and urlsplit(request.url).netloc != own:
            self.strangers.append(f"{self.page.url}: {request.url}")


@contextmanager
def visiting(
    browser: Browser, address: str, width: int = 1280, scheme: str = "light", script: bool = True
) -> Iterator[Visit]:
    """A fresh visitor of a site, with a window of some width, and light or dark by preference."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
    )
    visit = Visit(context.new_page(), address)
    visit.page.on("console", visit.note_console)
    visit.page.on("pageerror", lambda error: visit.errors.append(f"{visit.page.url}: {error}"))
    visit.page.on("request", visit.note_request)
    yield visit
    context.close()
