"""The notebooks run from top to bottom against the real site, and what they hold is what they find."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from nbclient.exceptions import CellExecutionError

from notebooks.run import METADATA, NOTEBOOKS, run_notebook, write_notebook

NAMES = [path.name for path in NOTEBOOKS]
PICTURE = "image/svg+xml"  # drawn from the specification beside it; its letters are as wide as the fonts at hand
PLACES = re.compile(r"127\.0\.0\.1:\d+|/(?:home|root|tmp|Users|work)\b|\bfile:|0x[0-9a-f]{6,}")
# What says that one thing makes another happen; counts from a list say nothing of the kind.
CAUSAL = re.compile(
    r"\b(?:because of|due to|leads? to|led to|drives?|driven by|caused?|thanks to|impact|boosts?)\b", re.I
)


def outputs_of(notebook: Any) -> list[Any]:
    """What the cells found: texts and data by cell; of a picture, only that there is one."""
    return [
        [
            {
                "type": output.output_type,
                "text": output.get("text"),
                "data": {kind: kind == PICTURE or value for kind, value in output.get("data", {}).items()},
            }
            for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def read(name: str) -> Any:
    return nbformat.read(ROOT / "notebooks" / name, as_version=4)


def test_both_are_here() -> None:
    assert NAMES == ["meta-analysis.ipynb", "quick-start.ipynb"]


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_run_finds_what_is_checked_in(name: str, server: str) -> None:
    """When this fails after a change of the list: `make notebooks`, and read what changed."""
    fresh = run_notebook(ROOT / "notebooks" / name, server)
    assert json.loads(json.dumps(outputs_of(read(name)))) == json.loads(json.dumps(outputs_of(fresh)))


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_was_run_once_in_order(name: str) -> None:
    code = [cell for cell in read(name).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert {output.output_type for cell in code for output in cell.outputs} <= {
        "stream",
        "execute_result",
        "display_data",
    }
    assert {output.name for cell in code for output in cell.outputs if output.output_type == "stream"} <= {"stdout"}


@pytest.mark.parametrize("name", NAMES)
def test_it_holds_nothing_of_the_machine(name: str) -> None:
    notebook = read(name)
    assert PLACES.findall(json.dumps(outputs_of(notebook))) == []
    assert notebook.metadata == METADATA
    assert [cell.metadata for cell in notebook.cells] == [{}] * len(notebook.cells)


@pytest.mark.parametrize("name", NAMES)
def test_the_address_stands_in_one_cell(name: str) -> None:
    sources = [cell.source for cell in read(name).cells if cell.cell_type == "code"]
    assert [source.count("127.0.0.1") for source in sources] == [1] + [0] * (len(sources) - 1)
    assert 'os.environ.get("PHENOMENA_ADDRESS", "http://127.0.0.1:8001")' in sources[0]


def test_every_figure_is_there_as_specification_and_picture() -> None:
    kinds = [
        sorted(output["data"]) for cell in outputs_of(read("meta-analysis.ipynb")) for output in cell if output["data"]
    ]
    figures = [one for one in kinds if PICTURE in one]
    assert len(figures) == 8
    assert {tuple(one) for one in kinds} == {
        ("application/vnd.vegalite.v6+json", PICTURE, "text/plain"),
        ("text/html", "text/plain"),
    }


def test_every_share_has_its_interval_and_denominator() -> None:
    """A table with a share also shows its ends and the two counts that make it."""
    texts = [
        output["data"]["text/html"]
        for cell in outputs_of(read("meta-analysis.ipynb"))
        for output in cell
        if "text/html" in output["data"]
    ]
    shares = [text for text in texts if "<th>share</th>" in text]
    assert len(shares) == 6
    for text in shares:
        heads = re.findall(r"<th>([a-z_]+)</th>", text)
        assert heads[-3:] == ["share", "low", "high"]
        assert (
            len(set(heads) & {"papers", "of", "with_code", "preprints", "by_next_year", "both", "either", "authors"})
            >= 2
        )


def test_nothing_is_said_of_causes() -> None:
    words = "\n".join(cell.source for cell in read("meta-analysis.ipynb").cells if cell.cell_type == "markdown")
    assert CAUSAL.findall(words.replace("**No causes.**", "")) == []


def test_an_output_that_changed_is_noticed() -> None:
    notebook = read("meta-analysis.ipynb")
    changed = copy.deepcopy(notebook)
    (output, *_) = (
        one
        for cell in changed.cells
        if cell.cell_type == "code"
        for one in cell.outputs
        if "application/vnd.vegalite.v6+json" in one.get("data", {})
    )
    rows = next(iter(output["data"]["application/vnd.vegalite.v6+json"]["datasets"].values()))
    rows[0]["papers"] += 1
    assert outputs_of(changed) != outputs_of(notebook)


def test_without_a_server_it_stops_and_nothing_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "quick-start.ipynb"
    write_notebook(path, read("quick-start.ipynb"))
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="Connection refused"):
        run_notebook(path, "http://127.0.0.1:9")
    assert path.read_bytes() == before


def test_a_notebook_of_bad_form_is_not_kept(tmp_path: Path) -> None:
    notebook = read("quick-start.ipynb")
    notebook.cells[0].cell_type = "sonnet"
    with pytest.raises(nbformat.ValidationError):
        write_notebook(tmp_path / "bad.ipynb", notebook)
    assert list(tmp_path.iterdir()) == []
