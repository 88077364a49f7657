"""Make the picture that shared links show, static/preview.png, from the database and the site's own colours.

python docs/preview.py
"""

import sqlite3
import sys
from contextlib import closing
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browsing import launch  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

PICTURE = ROOT / "static" / "preview.png"
WIDTH, HEIGHT = 1200, 630
LEFT, BASE, STEP = 56, 490, 9  # where the first month stands, its lowest dot, and from dot to dot in whole pixels
PAPERS = """
select substr(submitted, 1, 4) as year, substr(submitted, 6, 2) as month, topics.position - 1 as topic
from papers join topics on topics.id = papers.topic
where submitted is not null
order by submitted, topics.position, papers.rowid
"""
LARGEST = """
select name, position - 1 as topic
from topics
where position < (select max(position) from topics) -- the last one holds the others
order by paper_count desc
limit 4
"""
TOTALS = "select count(*) as papers, count(distinct topic) as topics, min(year) as first, max(year) as last from papers"
STYLE = """
svg { display: block; font-family: system-ui, sans-serif; }
text { fill: var(--text); } .quiet { fill: var(--quiet); font-size: 19px; }
circle.c0 { fill: var(--c0); } circle.c1 { fill: var(--c1); } circle.c2 { fill: var(--c2); }
circle.c3 { fill: var(--c3); } circle.c4 { fill: var(--c4); } circle.c5 { fill: var(--c5); }
circle.c6 { fill: var(--c6); } circle.c7 { fill: var(--c7); } circle.c8 { fill: var(--c8); }
"""


def fetch(sql: str) -> list[sqlite3.Row]:
    """Rows of the database beside the list."""
    with closing(sqlite3.connect(f"file:{ROOT / 'phenomena.db'}?immutable=1", uri=True)) as database:
        database.row_factory = sqlite3.Row
        return database.execute(sql).fetchall()


def draw_dots() -> str:
    """A dot for each paper with a known month, stacked by month, and the years below them, as SVG."""
    rows = fetch(PAPERS)
    start, parts = int(rows[0]["year"]), []
    for (year, month), papers in groupby(rows, key=lambda row: (int(row["year"]), int(row["month"]))):
        x = LEFT + STEP * (12 * (year - start) + month - 1)
        parts += [
            f'<circle class="c{paper["topic"] % 9}" cx="{x}" cy="{BASE - STEP * place}" r="4"/>'
            for place, paper in enumerate(papers)
        ]
    for year in range(start, int(rows[-1]["year"]) + 1):
        parts.append(f'<text class="quiet" x="{LEFT - 4 + STEP * 12 * (year - start)}" y="{BASE + 34}">{year}</text>')
    return "".join(parts)


def draw_topics() -> str:
    """The largest topics with their colours, in one line, as SVG."""
    parts, x = [], LEFT
    for row in fetch(LARGEST):
        parts.append(f'<circle class="c{row["topic"] % 9}" cx="{x}" cy="579" r="7"/>')
        parts.append(Markup('<text class="quiet" x="{}" y="586">{}</text>').format(x + 15, row["name"]))
        x += 45 + 10 * len(row["name"])
    return "".join(parts)


def make_picture() -> str:
    """The whole picture as a page."""
    [totals] = fetch(TOTALS)
    words = f"{totals['papers']} papers in {totals['topics']} topics, {totals['first']} to {totals['last']}"
    mark = (ROOT / "static" / "favicon.svg").read_text("utf-8")
    mark = mark.replace("<svg", '<svg x="56" y="52" width="76" height="76"')
    sheet = (ROOT / "static" / "site.css").read_text("utf-8")
    return f"""<!DOCTYPE html><meta charset="utf-8"><style>{sheet}{STYLE}</style>
<svg width="{WIDTH}" height="{HEIGHT}">{mark}
<text x="152" y="108" font-size="54" font-weight="700" letter-spacing="-1">Deep-learning phenomena</text>
<text class="quiet" x="58" y="178" style="font-size: 30px">{words}</text>
{draw_dots()}{draw_topics()}</svg>"""


def main() -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.set_content(make_picture())
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
