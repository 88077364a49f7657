"""Every snippet that this project recommends keeps arXiv ids as they are, run against a real site."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from page_kinds import fetch
from sites import ROOT
from snippets import EXAMPLE, find_blocks, run_snippet

from phenomena.bundle.dictionary import READING

README = (ROOT / "README.md").read_text("utf-8")
CSV = f"{EXAMPLE}/phenomena/papers.csv?_stream=on"
JSON = f"{EXAMPLE}/phenomena.json?_shape=array&sql=select+arxiv_id+from+papers"
NOTEBOOKS = {
    path.name: [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    for path in (ROOT / "notebooks").glob("*.ipynb")
}
START, *CELLS = NOTEBOOKS["quick-start.ipynb"]
BY_CELL = [f"{START}\n{cell}" for cell in CELLS if "read_csv" in cell]
READER = re.compile(r"\b(?:read_csv(?:_auto)?|read_json|read\.csv|fromJSON)\((?:[^()]|\([^()]*\))*\)")
AS_TEXT = re.compile(r"dtype=False|arxiv_id\W+(?:str\b|VARCHAR|character)")


@pytest.fixture(scope="module")
def ids(folder: Path) -> Counter[object]:
    """How often the database has each id; None is that of the papers without."""
    return Counter(row["arxiv_id"] for row in fetch(folder, "select arxiv_id from papers"))


@pytest.mark.parametrize("code", [*find_blocks(README, "python"), *BY_CELL])
def test_python_keeps_the_ids(code: str, server: str, ids: Counter[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHENOMENA_ADDRESS", raising=False)  # the notebook would ask that one
    assert Counter(run_snippet(code, server)) == ids


def test_sql_keeps_the_ids(server: str, ids: Counter[object]) -> None:
    """The form of READING, whose file is the bundle's, with an address."""
    [sql, _] = find_blocks(READING, "sql")
    assert Counter(run_snippet(sql.replace("csv/papers.csv", CSV), server)) == ids


@pytest.mark.parametrize(
    "code",
    [
        f'import pandas as pd\nrows = pd.read_csv("{CSV}")',
        f'import pandas as pd\nrows = pd.read_json("{JSON}")',
        f"select * from read_csv_auto('{CSV}')",
    ],
)
def test_ids_read_as_numbers_are_noticed(code: str, server: str, ids: Counter[object]) -> None:
    """Why `dtype` is there: one id in nine loses its last zero."""
    read = run_snippet(code, server)
    assert len(set(read) & set(ids) - {None}) == 0
    assert len(set(ids) - {None} - {str(one) for one in read}) == 61


@pytest.mark.parametrize(
    "code", ["import pandas as pd", "select 1 as id", "import pandas\nfrom pandas import read_csv"]
)
def test_a_snippet_that_reads_no_ids_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="0 tables with arxiv_id, not one"):
        run_snippet(code)


def test_a_snippet_that_reads_two_tables_is_refused() -> None:
    code = "import pandas as pd\none = pd.DataFrame({'arxiv_id': ['2405.14860']})\ntwo = one"
    with pytest.raises(ValueError, match="2 tables with arxiv_id, not one"):
        run_snippet(code)


def readers_of(text: str) -> list[str]:
    return [match[0] for match in READER.finditer(text)]


def test_every_reader_is_set_to_read_ids_as_text() -> None:
    """In R too, which isn't run here."""
    code = {name: "\n".join(cells) for name, cells in NOTEBOOKS.items()} | {"README.md": README, "bundle": READING}
    found = {name: [bool(AS_TEXT.search(reader)) for reader in readers_of(text)] for name, text in code.items()}
    assert found == {
        "quick-start.ipynb": [True, True],
        "meta-analysis.ipynb": [],
        "README.md": [True, True],
        "bundle": [True, True, True, True],
    }


@pytest.mark.parametrize(
    "reader",
    ['pd.read_csv("a.csv")', 'read.csv("a.csv", na.strings = c("", "NA"))', "read_csv_auto('arxiv_id.csv')"],
)
def test_a_reader_that_is_not_so_set_is_noticed(reader: str) -> None:
    assert [AS_TEXT.search(one) for one in readers_of(reader)] == [None]
