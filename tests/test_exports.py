"""Exports of a served site: every record, whatever the page, read back by readers that didn't write them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from conftest import make_folder
from datasette.app import Datasette
from readers import READERS, Cited, ris_records

FORMATS = ("bib", "ris", "csl")
MEDIA_TYPES = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json; charset=utf-8",
}
ENTRY = """
- {title}. [[paper]](https://arxiv.org/abs/2201.{number:05}) [[code]](https://x.org/{number}?a=1&b=2)
  - Ann Lee, Stéphane d'Ascoli, Łukasz Erdős, Mihaela van der Schaar.{venue}
  - Key Word: R&D; {{Braces}}; ε.
  - <details><summary>Digest</summary> =1+1 is digest number {number}, with "quotes", commas and ünïcode. </details>
"""
TITLES = (
    "How Erdös and Rényi Win the Lottery {n}",
    r"Sparse $\ell_1$ Norms & {{Braces}} at 100% no {n}",
    '"Quotes" and <script>alert("x")</script> {n}',
    "=HYPERLINK(1) as a Title {n}",
)


def display(name: str) -> str:
    """`Family, Given, Suffix` as the list writes it."""
    family, *rest = name.split(", ")
    return " ".join([*rest[:1], family, *rest[1:]])


def as_listed(one: Cited) -> tuple[object, ...]:
    """What every format says alike of a paper; without the DOI and the year, which differ by kind. A title's two
    hyphens are a dash in LaTeX."""
    return one.key, one.title.replace("–", "--"), tuple(map(display, one.authors)), one.url, one.keywords


def papers_of(folder: Path, where: str = "1", order: str = "rowid") -> list[tuple[object, ...]]:
    """The papers of a built folder as `as_listed` gives them, straight from the file."""
    connection = sqlite3.connect(f"file:{folder / 'phenomena.db'}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            f"select citekey, title, authors, paper_url, keywords from papers where {where} order by {order}"
        ).fetchall()
    finally:
        connection.close()
    return [(key, title, tuple(json.loads(who)), url, tuple(json.loads(words))) for key, title, who, url, words in rows]


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of 101 papers whose titles, names and key words are hard to write in every format."""
    place = tmp_path_factory.mktemp("awkward")
    lines = ["# A List\n\n## Topic & Others\n\n### Topic & Others: 2022\n"]
    for number in range(1, 102):
        venue = " *ICLR 2023*" if number % 3 == 0 else ""
        title = TITLES[number % len(TITLES)].format(n=number)
        lines.append(ENTRY.format(title=title, number=number, venue=venue))
    (place / "list.md").write_text("".join(lines), "utf-8")
    return make_folder(place / "site", place / "list.md")


@pytest.fixture(scope="module")
def small_pages(awkward: Path) -> Datasette:
    """The same site with pages of at most 7 rows, so that everything takes many."""
    return Datasette(config_dir=awkward, settings={"max_returned_rows": 7, "default_page_size": 5})


async def fetch(site: Datasette, path: str) -> httpx.Response:
    response = await site.client.get(path)
    assert response.status_code == 200, response.text
    return response


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("number", [0, 1, 100, 101])
async def test_so_many_papers_in_so_many_out(
    awkward: Path, small_pages: Datasette, number: int, extension: str
) -> None:
    response = await fetch(small_pages, f"/phenomena/papers.{extension}?_where=rowid<={number}&_sort=id")
    assert response.headers["content-type"] == MEDIA_TYPES[extension]
    listed = [as_listed(one) for one in READERS[extension](response.text)]
    assert listed == papers_of(awkward, f"rowid <= {number}", "id")
    assert len(listed) == number


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
async def test_the_whole_list_in_every_format(folder: Path, site: Datasette, extension: str) -> None:
    response = await fetch(site, f"/phenomena/papers.{extension}?_sort=id")
    cited = READERS[extension](response.text)
    assert len(cited) == 254
    assert [as_listed(one) for one in cited] == papers_of(folder, order="id")


@pytest.mark.anyio
async def test_all_formats_agree(site: Datasette) -> None:
    texts = {extension: (await fetch(site, f"/phenomena/papers.{extension}")).text for extension in FORMATS}
    cited = {
        extension: [(one.key, one.year, one.doi) for one in READERS[extension](text)]
        for extension, text in texts.items()
    }
    assert cited["bib"] == cited["ris"] == cited["csl"]
    rows = list(csv.DictReader(io.StringIO((await fetch(site, "/phenomena/papers.csv")).text)))
    assert {row["citekey"] for row in rows} == {key for key, _, _ in cited["bib"]}
    assert len(rows) == len(cited["bib"]) == 254


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("page", "where", "order"),
    [
        ("papers", "1", "submitted desc, id"),
        ("papers?topic=neural-collapse&_sort=title", "topic = 'neural-collapse'", "title, id"),
        ("papers?year__gte=2023&_sort_desc=year", "year >= 2023", "year desc, id"),
        ("papers?_sort=venue_year", "1", "venue_year, id"),
        ("papers?venue__isnull=1&_sort=id&_facet=year&_facet_size=max", "venue is null", "id"),
        (
            "papers?_facet_array=keywords&keywords__arraycontains=Grokking&_sort=id",
            "keywords like '%\"Grokking\"%'",
            "id",
        ),
        ("papers?_search=grokking&_sort=id", "rowid in (select rowid from papers_fts('grokking'))", "id"),
        ("papers?_size=3&_next=arxiv-2405-09673&_sort=id&_col=title&_labels=on&_shape=array", "1", "id"),
        ("list_entries?_sort=line&_size=2&_next=100", "1", "rowid"),
        ("listings?year=2022", "id in (select paper from listings where year = 2022)", "rowid"),
        ("papers_by_topic_and_year?topic=&year=2022", "id in (select paper from listings where year = 2022)", "rowid"),
        ("papers/arxiv-2409-15156", "id = 'arxiv-2409-15156'", "rowid"),
        ("listings/1", "rowid = 1", "rowid"),
        ("related/arxiv-2409-15156,1", "id = 'arxiv-2409-15156'", "rowid"),
    ],
)
async def test_exactly_the_papers_in_view(
    folder: Path, site: Datasette, page: str, where: str, order: str, extension: str
) -> None:
    path, _, query = page.partition("?")
    response = await fetch(site, f"/phenomena/{path}.{extension}?{query}")
    listed = [as_listed(one) for one in READERS[extension](response.text)]
    assert listed == papers_of(folder, where, order)
    assert listed


@pytest.mark.anyio
@pytest.mark.parametrize("page", ["papers", "screening", "list_entries", "paper_authors", "source_lines", "links"])
@pytest.mark.parametrize("query", ["", "_sort={}", "_sort_desc={}", "_search=lottery"])
async def test_many_pages_give_the_same_as_one(awkward: Path, small_pages: Datasette, page: str, query: str) -> None:
    query = query.format({"paper_authors": "author", "source_lines": "fate", "links": "label"}.get(page, "year"))
    one_page = Datasette(config_dir=awkward)
    assert (await fetch(small_pages, f"/phenomena/{page}.ris?{query}")).text == (
        await fetch(one_page, f"/phenomena/{page}.ris?{query}")
    ).text


@pytest.mark.anyio
async def test_a_query_names_papers_by_paper_or_id(site: Datasette) -> None:
    sql = "select {} from papers order by citekey limit 120"
    keys = [
        row["citekey"]
        for row in (await fetch(site, f"/phenomena.json?sql={sql.format('citekey')}&_shape=array")).json()
    ]
    for columns in ("id", "id as paper", "title, id", "id as paper, 'x' as id"):
        text = (await fetch(site, f"/phenomena.bib?sql={sql.format(columns)}")).text
        assert [one.key for one in READERS["bib"](text)] == keys


@pytest.mark.anyio
async def test_rows_of_one_paper_give_one_citation_and_rows_of_none_give_none(site: Datasette) -> None:
    one = "select id as paper from papers where rowid = 1"
    sql = f"{one} union all {one} union all select null"
    assert len(READERS["csl"]((await fetch(site, f"/phenomena.csl?sql={sql}")).text)) == 1
    problems = (await fetch(site, "/phenomena/problems.json?_shape=array&_size=max")).json()
    assert len(READERS["ris"]((await fetch(site, "/phenomena/problems.ris")).text)) == len(
        {row["paper"] for row in problems if row["paper"]}
    )


@pytest.mark.anyio
@pytest.mark.parametrize(("extension", "empty"), [("bib", ""), ("ris", ""), ("csl", "[]\n")])
async def test_no_rows_give_a_valid_empty_file(site: Datasette, extension: str, empty: str) -> None:
    for path in (f"papers.{extension}?year=1900", f"search.{extension}?q=xyzzy"):
        response = await fetch(site, f"/phenomena/{path}")
        assert (response.text, response.headers["content-type"]) == (empty, MEDIA_TYPES[extension])


@pytest.mark.anyio
@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("phenomena/authors.{}", "no column `paper`"),
        ("phenomena/topics/neural-collapse.{}", "no column `paper`"),
        ("phenomena/topic_years.{}", "no column `paper`"),
        ("phenomena/problems_by_code.{}", "no column `paper`"),
        ("phenomena.{}?sql=select+id+from+topics", "nor an `id` that holds keys of papers only"),
        ("phenomena.{}?sql=select+1+as+paper", "1 is the key of none"),
        ("phenomena.{}?sql=select+'<b>'+as+paper", "'<b>' is the key of none"),
        ("phenomena.{}?sql=select+x'00'+as+paper", "is the key of none"),
        ("phenomena.{}?sql=select+listings.paper+from+listings,listings+as+b", "cut at 5000 rows"),
        ("phenomena.{}", "Their columns are: none."),
        ("phenomena.{}?sql=selct", ""),
    ],
)
async def test_what_names_no_papers_is_refused(site: Datasette, page: str, words: str, extension: str) -> None:
    response = await site.client.get("/" + page.format(extension))
    assert response.status_code == 400
    assert words in response.text
    assert "content-disposition" not in response.headers


@pytest.mark.anyio
async def test_what_is_not_there_is_not_found(site: Datasette) -> None:
    for path in ("nothing.bib", "papers/nothing.ris", "nothing.csv", "nothing.sheet"):
        assert (await site.client.get(f"/phenomena/{path}")).status_code == 404


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("papers", True),
        ("screening", True),
        ("papers/arxiv-2409-15156", True),
        ("authors", False),
        ("coauthors", False),
    ],
)
async def test_pages_link_to_citations_where_they_have_them(site: Datasette, page: str, shown: bool) -> None:
    html = (await fetch(site, f"/phenomena/{page}")).text
    assert [f"{page.split('/')[-1]}.{extension}" in html for extension in FORMATS] == [shown] * 3


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "disposition"),
    [
        ("papers.bib?topic=neural-collapse", 'attachment; filename="phenomena-papers-topic-neural-collapse.bib"'),
        ("papers.ris?_search=a+b&_sort=year", 'attachment; filename="phenomena-papers-search-a-b-sort-year.ris"'),
        ("papers.csl?year__gt=2020&_size=3", 'attachment; filename="phenomena-papers-year-gt-2020-csl.json"'),
        ("search.bib?q=Erdős&topic=", 'attachment; filename="phenomena-search-q-erdos.bib"'),
        ("papers/arxiv-2409-15156.ris", 'attachment; filename="phenomena-papers-arxiv-2409-15156.ris"'),
        ("papers.csv", 'inline; filename="phenomena-papers-raw.csv"'),
        ("papers.csv?_dl=1", 'attachment; filename="phenomena-papers-raw.csv"'),
        ("papers.sheet", 'attachment; filename="phenomena-papers-for-spreadsheets.csv"'),
        ('papers.bib?title="%0d%0ax', 'attachment; filename="phenomena-papers-title-x.bib"'),
    ],
)
async def test_files_are_named_for_what_they_hold(site: Datasette, path: str, disposition: str) -> None:
    assert (await fetch(site, f"/phenomena/{path}")).headers["content-disposition"] == disposition


@pytest.mark.anyio
async def test_a_file_name_stays_short(site: Datasette) -> None:
    response = await fetch(site, f"/phenomena/papers.bib?title__not={'x' * 3000}")
    assert len(response.headers["content-disposition"]) < 150
    response = await fetch(site, "/phenomena.csv?sql=select+1")
    assert response.headers["content-disposition"] == 'inline; filename="phenomena-query-raw.csv"'


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.anyio
@pytest.mark.parametrize("query", ["", "_size=max", "_next=3", "_stream=on", "_labels=on&_size=max", "_sort=title"])
async def test_a_csv_of_a_table_is_whole(small_pages: Datasette, query: str) -> None:
    for table, rows in (("papers", 101), ("paper_authors", 404), ("screening", 101)):
        if (table, query) == ("paper_authors", "_sort=title"):
            continue
        if (table, query) != ("papers", "_next=3"):
            assert len(read_csv((await fetch(small_pages, f"/phenomena/{table}.csv?{query}")).text)) == rows + 1


@pytest.mark.anyio
async def test_a_number_in_size_is_kept(small_pages: Datasette) -> None:
    assert len(read_csv((await fetch(small_pages, "/phenomena/papers.csv?_size=3")).text)) == 4
    assert len(read_csv((await fetch(small_pages, "/phenomena.csv?sql=select+id+from+papers&_size=3")).text)) >= 4


@pytest.mark.anyio
@pytest.mark.parametrize("extension", ["csv", "sheet", "bib"])
async def test_a_query_beyond_the_limit_is_refused_and_one_at_the_limit_is_not(
    small_pages: Datasette, extension: str
) -> None:
    sql = quote("select id as paper, char(10) as line from papers limit ")
    assert (await fetch(small_pages, f"/phenomena.{extension}?sql={sql}7")).status_code == 200
    response = await small_pages.client.get(f"/phenomena.{extension}?sql={sql}8")
    assert (response.status_code, "7 rows" in response.text) == (400, True)
    response = await small_pages.client.get(f"/phenomena/papers_by_topic_and_year.{extension}?topic=&year=")
    assert (response.status_code, "7 rows" in response.text) == (400, True)


SAFE = {
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-2+3": "'-2+3",
    "@SUM(A1)": "'@SUM(A1)",
    "\tx": "'\tx",
    "\rx": "'\rx",
    "\n=x": "'\n=x",
    " \u00a0=1": "' \u00a0=1",
    "\u200b=1": "'\u200b=1",
    "\ufeff=1": "'\ufeff=1",
    "＝1": "'＝1",
    "＋1": "'＋1",
    "－1": "'－1",
    "＠x": "'＠x",
    "﹦1": "'﹦1",
    "-": "'-",
    "-1": "-1",
    "-0.25": "-0.25",
    "1e-05": "1e-05",
    "-1|cmd": "'-1|cmd",
    "a=1": "a=1",
    "'=1": "'=1",
    "; =1": "; =1",
    'say "x", then': 'say "x", then',
    "": "",
}


@pytest.mark.anyio
async def test_no_cell_of_a_sheet_begins_a_formula(site: Datasette) -> None:
    sql = "select " + ", ".join(f":p{place} as [{place}{'=' * (place == 0)}]" for place in range(len(SAFE)))
    response = await site.client.get(
        "/phenomena.sheet?" + str(httpx.QueryParams({"sql": sql, **{f"p{i}": cell for i, cell in enumerate(SAFE)}}))
    )
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert read_csv(response.content.decode("utf-8-sig"))[1] == list(SAFE.values())
    header = await fetch(site, "/phenomena.sheet?sql=select+1+as+[=1]")
    assert header.text == '\ufeff"\'=1"\r\n"1"\r\n'


@pytest.mark.anyio
@pytest.mark.parametrize(
    "page", ["papers.{}", "papers.{}?_labels=on&topic=topic-others", "screening.{}", "papers.{}?year=1900"]
)
async def test_a_sheet_is_the_raw_csv_made_safe(small_pages: Datasette, page: str) -> None:
    raw = read_csv((await fetch(small_pages, "/phenomena/" + page.format("csv"))).text)
    sheet = read_csv((await fetch(small_pages, "/phenomena/" + page.format("sheet"))).content.decode("utf-8-sig"))
    assert [[cell.removeprefix("'") for cell in row] for row in sheet] == [
        [c.removeprefix("'") for c in r] for r in raw
    ]
    assert all(not cell.startswith(tuple("=+-@")) for row in sheet for cell in row)
    assert len(sheet) in (1, 102)


@pytest.mark.anyio
async def test_long_cells_go_into_a_sheet(site: Datasette) -> None:
    sql = "select group_concat(digest || title) as a from papers, topics"
    [head, row] = read_csv((await fetch(site, f"/phenomena.csv?sql={quote(sql)}")).text)
    assert (head, len(row[0]) > 131_072) == (["a"], True)
    sheet = await fetch(site, f"/phenomena.sheet?sql={quote(sql)}")
    assert read_csv(sheet.content.decode("utf-8-sig")) == [head, row]


@pytest.mark.anyio
async def test_screening_records_hold_their_digests_as_abstracts(folder: Path, site: Datasette) -> None:
    rows = list(csv.DictReader(io.StringIO((await fetch(site, "/phenomena/screening.csv")).text)))
    records = ris_records((await fetch(site, "/phenomena/screening.ris")).text)
    assert [(row["title"], row["abstract"]) for row in rows] == [
        (record["TI"][0], record.get("AB", [""])[0]) for record in records
    ]
    assert sum("AB" in record for record in records) == 253
    assert all("AB" not in record for record in ris_records((await fetch(site, "/phenomena/papers.ris")).text))


def test_asreview_reads_every_record(server: str, asreview: Path, tmp_path: Path) -> None:
    """By the real reader of the screening tool, in its own environment, warnings as errors."""
    reader = Path(__file__).with_name("read_with_asreview.py")
    files = [tmp_path / "screening.csv", tmp_path / "screening.ris"]
    for path in files:
        path.write_bytes(httpx.get(f"{server}/phenomena/{path.name}").raise_for_status().content)
    run = subprocess.run([asreview, "-W", "error", reader, *files], capture_output=True, text=True, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    read: Mapping[str, list[dict[str, str | None]]] = json.loads(run.stdout)
    rows = list(csv.DictReader(io.StringIO(files[0].read_text("utf-8"))))
    expected = [{"title": row["title"], "abstract": row["abstract"] or None} for row in rows]
    assert len(expected) == 254
    assert read == {"screening.csv": expected, "screening.ris": expected}


def test_the_real_server_gives_every_download_compressed_or_not(server: str) -> None:
    for encoding in ("gzip", "identity"):
        with httpx.Client(base_url=server, headers={"accept-encoding": encoding}) as client:
            for extension in FORMATS:
                response = client.get(f"/phenomena/papers.{extension}")
                assert len(READERS[extension](response.text)) == 254
            for path in ("papers.csv", "papers.sheet", "papers_by_topic_and_year.csv?topic=&year="):
                assert len(read_csv(client.get(f"/phenomena/{path}").text)) == 255
