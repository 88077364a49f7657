"""How fast pages show on a phone-like connection: 1.6 Mbit/s, 150 ms there and back, a processor four times slower.

    python benchmarks/pages.py [FOLDER]        a folder that `datasette .` serves; this repository by default

Prints for each kind of page its weight on the wire, its requests, its first paint and the time until its first chart is
seen: medians of five fresh visits. Exits with 1 when the front page's timeline takes a second or more, or weighs 60 KB
or more.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browsing import HEIGHT, launch  # noqa: E402
from page_kinds import find_page_kinds  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402
from servers import Server, start_server  # noqa: E402

VISITS = 5
FIGURES = ("bytes", "requests", "paint", "chart")  # the last two in ms
LIMIT_MS, LIMIT_BYTES = 1_000, 60_000
PHONE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}  # bytes a second
# Notes in each page the first frame after its first chart is laid out.
WATCH = """
const look = () => {
    const chart = document.querySelector(
        'svg.timeline, svg.columns, table.grid tr:last-child, table.bars tr:last-child, svg.map');
    if (chart?.getBoundingClientRect().height) requestAnimationFrame(() => { window.seen ??= performance.now(); });
    else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
Figures = dict[str, float | None]
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def visit(browser: Browser, url: str) -> tuple[int, int, float, float | None]:
    """Bytes on the wire, requests, first paint and chart seen in ms, of one visit with an empty cache."""
    context = browser.new_context(viewport={"width": 390, "height": HEIGHT[390]})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", PHONE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    weights: list[int] = []
    session.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    times = page.evaluate(f"[{PAINT}, window.seen ?? null]")
    context.close()
    return round(sum(weights)), len(weights), times[0], times[1]


def measure(server: Server, paths: Mapping[str, str]) -> dict[str, Figures]:
    """Bytes, requests, first paint and chart seen of pages by their names; a line is printed for each."""
    measured: dict[str, Figures] = {}
    print(f"{'page':28}{'KB':>8}{'requests':>10}{'first paint, ms':>17}{'chart seen, ms':>16}")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for name, path in paths.items():
            measured[name] = measure_page(browser, server.address + path)
            size, requests, paint, seen = (measured[name][figure] or 0 for figure in FIGURES)
            print(f"{name:28}{size / 1000:8.1f}{requests:10.0f}{paint:17.0f}{seen:16.0f}", flush=True)
        browser.close()
    return measured


def measure_page(browser: Browser, url: str) -> Figures:
    """The medians of some visits; None for the chart of a page that has none."""
    visits = [visit(browser, url) for _ in range(VISITS)]
    found = [[value for value in values if value is not None] for values in zip(*visits, strict=True)]
    return {name: median(values) if values else None for name, values in zip(FIGURES, found, strict=True)}


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT).resolve()
    with start_server(folder) as server:
        front = measure(server, find_page_kinds(folder))["front"]
    weight, seen = front["bytes"] or 0, front["chart"] or float("inf")
    print(f"front page: {weight / 1000:.1f} of {LIMIT_BYTES / 1000:.0f} KB; chart after {seen:.0f} of {LIMIT_MS} ms")
    sys.exit(1 if weight >= LIMIT_BYTES or seen >= LIMIT_MS else 0)


if __name__ == "__main__":
    main()
