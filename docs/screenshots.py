"""Make the screenshots of README from the site that runs at an address.

datasette . --port 8001 &
python docs/screenshots.py http://127.0.0.1:8001
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from browsing import launch  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

SHOTS = {"front": ("/", 1000), "papers": ("/phenomena/papers?_topic=lottery-ticket-hypothesis", 900)}


def main() -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        for name, (path, height) in SHOTS.items():
            page.set_viewport_size({"width": 1280, "height": height})
            page.goto(sys.argv[1] + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=HERE / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
