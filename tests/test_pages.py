"""Every kind of page, in process: its frame, its addresses, and that a malicious list stays text."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from datasette.app import Datasette
from page_kinds import REFUSED, SLOW, TABLES, fetch, find_page_kinds, row_path, sql_path
from page_reading import attributes, check_frame, check_links, content_of, read, texts
from sites import ROOT, make_folder, open_site

pytestmark = pytest.mark.anyio
STOPS = "a[href], button, summary, textarea, select, input:not([type=hidden]), [tabindex='0']"
MALICIOUS = """# <script>alert(1)</script>

## "><script>alert(2)</script>

### "><script>alert(2)</script>: 2023

- <script>alert(3)</script> "quoted" & 'single' [[paper]](javascript:alert(4)) [[code]](data:text/html,hello)
  - <script>alert(5)</script>, Bo "><img src=x onerror=alert(6)>. *<script>alert(7)</script> 2023*
  - Key Word: <script>alert(8)</script>; javascript:alert(9); "><b>.
  - <details><summary>Digest</summary> <script>alert(10)</script> [link](javascript:alert(11)) {{ 7 * 7 }}</details>

- Another <script>alert(3)</script> [[paper]](https://example.org/"><script>alert(12)</script>) [[project]](vbscript:x)
  - <script>alert(5)</script>, Cy Moe. *<script>alert(7)</script> 2024*
  - Key Word: <script>alert(8)</script>; Safe.
  - <details><summary>Digest</summary> </title></script><script>alert(13)</script> neural </details>

## Related Resources

- [resource <script>alert(14)</script>](javascript:alert(15))
"""


async def test_every_kind_of_page_has_its_frame(place: Path, pages: Datasette) -> None:
    for name, path in find_page_kinds(place).items():
        page = await read(pages, path)
        check_frame(page, name)
        check_links(page, name)
        canonical = attributes(page, "link[rel=canonical]", "href")
        assert [unquote(urlsplit(one).path) for one in canonical] == [unquote(urlsplit(path).path)], name
        kept = [pair for pair in parse_qsl(urlsplit(path).query) if pair[0] not in ("_view", "_facet_size")]
        assert [parse_qsl(urlsplit(one).query) for one in canonical] == [kept], name
        [title] = content_of(page, "og:title")
        suffix = "" if title.startswith("Deep-learning phenomena") else " · Deep-learning phenomena"
        assert page.css_first("title").text() == title + suffix, name
        assert content_of(page, "og:url") == canonical, name
        assert content_of(page, "twitter:card") == ["summary_large_image"], name
        assert bool(content_of(page, "robots")) == ("?" in path), name


async def test_the_menu_marks_the_current_page(place: Path, pages: Datasette) -> None:
    """As the page, or as what the page is a part of; a search is a part of nothing."""
    marked = {
        "papers": ("Papers", "page"),
        "paper": ("Papers", "true"),
        "topic": ("Topics", "true"),
        "table": ("Authors", "page"),
        "charts": ("Charts", "page"),
        "database": ("SQL", "page"),
        "canned query": ("SQL", "true"),
        "front": None,
    }
    for name, wanted in marked.items():
        page = await read(pages, find_page_kinds(place)[name])
        links = page.css("header.site nav a[aria-current]")
        found = [(link.text(), link.attributes["aria-current"]) for link in links]
        assert found == ([wanted] if wanted else []), name


async def test_few_stops_come_before_the_second_paper(place: Path, pages: Datasette) -> None:
    for name in ("papers", "papers searched", "topic", "author", "keyword", "venue"):
        page = await read(pages, find_page_kinds(place)[name])
        first, second = page.css("article.card")[:2]
        stops = page.css(f"{STOPS}, article.card")
        own = first.css(STOPS)
        before = [node.mem_id for node in stops].index(second.mem_id)
        assert len(own) < 15 and before < 100, name


async def test_the_menu_has_the_map_where_papers_have_positions(site: Datasette, awkward: Path) -> None:
    for pages, has_positions in ((site, True), (open_site(awkward), False)):
        found = await read(pages, "/problems")
        names = ["Papers", "Topics", "Keywords", "Authors", "Venues", *["Map", "New"] * has_positions, "Charts", "SQL"]
        assert texts(found, "header.site nav a") == [*names, "About"]
        assert ("/map" in attributes(found, "header.site nav a", "href")) == has_positions


@pytest.mark.parametrize("base", ["/", "/list/"])
async def test_shared_links_show_a_picture(folder: Path, base: str) -> None:
    site = Datasette(config_dir=folder, settings={"base_url": base})
    page = await read(site, "/charts")
    [address] = content_of(page, "og:image")
    assert address.startswith(f"http://localhost{base}static/preview.png?")
    picture = await site.client.get(urlsplit(address).path.removeprefix(base.rstrip("/")))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert picture.content[:8] == b"\x89PNG\r\n\x1a\n" and len(picture.content) < 60_000
    size = [str(int.from_bytes(picture.content[start : start + 4])) for start in (16, 20)]
    assert size == content_of(page, "og:image:width") + content_of(page, "og:image:height") == ["1200", "630"]
    assert content_of(page, "og:image:alt")[0].startswith("Deep-learning phenomena: ")


@pytest.mark.parametrize("name", REFUSED)
async def test_a_refusal_is_a_page_with_links_elsewhere(site: Datasette, name: str) -> None:
    path, status = REFUSED[name]
    page = await read(site, path, status)
    check_frame(page, name)
    check_links(page, name)
    assert "/" in attributes(page, "main a, header a", "href")
    words = page.css_first("main").text()
    for inside in ("Traceback", "sql_time_limit_ms", "OperationalError", "datasette.io"):
        assert inside not in words


@pytest.mark.parametrize(
    "sql",
    [
        "delete from papers",
        "insert into papers values ('</textarea><script>alert(1)</script>', \"&amp;\")",
        "explain\nselect 1;\nselect 2",
        SLOW,
    ],
)
async def test_a_statement_that_is_refused_can_be_corrected(site: Datasette, sql: str) -> None:
    page = await read(site, f"{sql_path(sql)}&_timelimit=200", 400)
    check_frame(page, sql)
    assert [node.text() for node in page.css("textarea[name=sql]")] == [sql]
    assert "/phenomena" in attributes(page, "form.sql", "action")
    assert page.css("script:not([src])") == []


async def test_a_statement_beside_an_unknown_parameter_too(site: Datasette) -> None:
    page = await read(site, sql_path("select 1") + "&_siez=3", 400)
    assert texts(page, "form.sql textarea") == ["select 1"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/phenomena/papers?sql=delete", 400), ("/charts?sql=delete", 400), ("/phenomena/nothing", 404)],
)
async def test_pages_that_run_no_sql_show_no_editor(site: Datasette, path: str, status: int) -> None:
    answer = await site.client.get(path)
    assert (answer.status_code, "<textarea" in answer.text) == (status, False)


async def test_what_is_closed_says_so(folder: Path) -> None:
    site = Datasette(config_dir=folder, settings={"default_allow_sql": False})
    page = await read(site, "/phenomena?sql=select+1", 403)
    check_frame(page, "403")
    assert texts(page, "h1") == ["Visitors can’t open this page"]


async def test_an_error_of_ours_shows_no_internals(folder: Path, tmp_path: Path) -> None:
    for part in ("phenomena.db", "metadata.yml", "inspect-data.json", "plugins", "static", "settings.json"):
        (tmp_path / part).symlink_to(folder / part)
    (tmp_path / "templates").mkdir()
    for template in (ROOT / "templates").iterdir():
        (tmp_path / "templates" / template.name).symlink_to(template)
    (tmp_path / "templates" / "database.html").unlink()
    (tmp_path / "templates" / "database.html").write_text("{{ nothing.there }}")
    page = await read(Datasette(config_dir=tmp_path), "/phenomena", 500)
    check_frame(page, "500")
    assert texts(page, "h1") == ["Something went wrong here"]
    assert "nothing" not in page.css_first("main").text()


async def test_row_pages_of_every_table(place: Path, pages: Datasette) -> None:
    for table in TABLES:
        keys = fetch(place, f"select name from pragma_table_info('{table}') where pk order by pk")
        columns = ", ".join(str(key["name"]) for key in keys) or "rowid"
        for row in fetch(place, f"select {columns} from {table} order by rowid limit 2"):
            path = row_path(table, "\0").removesuffix("~00") + ",".join(
                row_path("x", value).rpartition("/")[2] for value in row.values()
            )
            page = await read(pages, path)
            check_frame(page, path)
            check_links(page, path)


async def test_keys_on_row_pages_lead_to_what_they_name(site: Datasette, folder: Path) -> None:
    [row] = fetch(folder, "select paper, keyword from paper_keywords order by rowid limit 1")
    page = await read(site, row_path("paper_keywords", row["paper"]) + ",1")
    assert attributes(page, "tbody td a", "href") == [
        row_path("papers", row["paper"]),
        row_path("keywords", row["keyword"]),
    ]


async def test_pages_of_a_malicious_list_are_text(tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(MALICIOUS)
    (tmp_path / "list.positions.csv").write_text("paper,x,y,cluster\n")  # so it has a map
    place = make_folder(tmp_path / "site", tmp_path / "list.md")
    site = Datasette(config_dir=place)
    paths = {
        **find_page_kinds(place),
        "search": "/phenomena/papers?_search=script",
        "odd": "/phenomena/papers?_search=<script>&_year=<b>",
        "unknown": "/phenomena/search?q=<script>&topic=<b>",
    }
    for table in TABLES:
        for row in fetch(place, f"select * from {table} limit 5") if table not in ("source_lines", "source") else []:
            if "id" in row:
                paths[f"{table} {row['id']}"] = row_path(table, row["id"])
        paths[table] = f"/phenomena/{table}?_view=table"
    for name, path in paths.items():
        if name == "row" and not fetch(place, "select 1 from links where id = 1"):
            continue
        page = await read(site, path)
        check_frame(page, name)
        check_links(page, name)
        scripts = [node for node in page.css("script") if "alert" in node.text()]
        assert [node.attributes.get("type") for node in scripts] in ([], ["application/ld+json"]), name
        for node in scripts:
            json.loads(node.text())
        assert page.css("img, iframe, object, embed, base") == [], name
        assert "49" not in texts(page, "main .card p"), name
