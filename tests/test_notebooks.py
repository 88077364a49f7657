"""The notebooks run from top to bottom against the real site, and what they hold is what they find."""

from __future__ import annotations

import ast
import copy
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient.exceptions import CellExecutionError
from sites import ROOT

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


def tables() -> list[str]:
    """The tables of the meta-analysis, as HTML."""
    cells = outputs_of(read("meta-analysis.ipynb"))
    return [one["data"]["text/html"] for cell in cells for one in cell if "text/html" in one["data"]]


def heads(table: str) -> list[str]:
    return re.findall(r"<th>([a-z_]+)</th>", table)


def define(*functions: str) -> dict[str, Any]:
    """The names of the meta-analysis that need no server: its imports, its constants and these functions."""
    sources = [cell.source for cell in read("meta-analysis.ipynb").cells if cell.cell_type == "code"]
    names: dict[str, Any] = {}
    for source in sources:
        kept = [one for one in ast.parse(source).body if keeps(one, functions)]
        exec(compile(ast.Module(kept, []), "meta-analysis.ipynb", "exec"), names)
    return names


def keeps(statement: ast.stmt, functions: tuple[str, ...]) -> bool:
    constant = isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]).isupper()
    imported = isinstance(statement, ast.Import | ast.ImportFrom)
    return constant or imported or (isinstance(statement, ast.FunctionDef) and statement.name in functions)


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
    assert len(figures) == 11
    assert {tuple(one) for one in kinds} == {
        ("application/vnd.vegalite.v6+json", PICTURE, "text/plain"),
        ("text/html", "text/plain"),
    }


def test_every_share_has_its_interval_and_denominator() -> None:
    """A table with a share also shows its ends and the two counts that make it."""
    counts = {"paper_count", "of", "with_code", "preprints", "by_next_year", "both", "either", "author_count"}
    counts |= {"same_year"}
    shares = [heads(table) for table in tables() if "share" in heads(table)]
    assert len(shares) == 6
    for columns in shares:
        assert columns[-3:] == ["share", "low", "high"]
        assert len(set(columns) & counts) >= 2


def test_every_difference_has_its_interval_counts_and_outcome() -> None:
    differences = [heads(table)[1:] for table in tables() if "difference" in heads(table)]
    counts = ["earlier", "of_earlier", "later", "of_later"]
    assert differences == [[*counts, "difference", "low", "high", "outcome"]] * 3


# Newcombe 1998, table II, method 10.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("counts", "interval"), PUBLISHED)
def test_the_interval_of_a_difference_is_the_published_one(
    counts: tuple[int, int, int, int], interval: tuple[float, float]
) -> None:
    newcombe = define("newcombe")["newcombe"]
    k1, n1, k2, n2 = counts
    assert tuple(round(end, 4) for end in newcombe(*counts)) == interval
    low, high = newcombe(k2, n2, k1, n1)
    assert (round(-high, 4), round(-low, 4)) == interval


@pytest.mark.parametrize("counts", [(1, 0, 1, 2), (3, 2, 1, 2), (-1, 2, 1, 2)])
def test_a_share_that_is_none_has_no_interval(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"must (?:not )?be"):
        define("newcombe")["newcombe"](*counts)


def test_an_outcome_is_decided_by_the_interval_of_the_difference() -> None:
    """The Wilson intervals of the second and third row overlap; the interval of the second's difference excludes 0."""
    frame = pd.DataFrame(
        [("apart", 3, 115, 33, 139), ("overlap", 40, 115, 32, 139), ("alike", 3, 115, 4, 139), ("up", 3, 115, 13, 139)],
        columns=["topic", "earlier", "of_earlier", "later", "of_later"],
    )
    compare = define("newcombe", "compare")["compare"]
    assert list(compare(frame)["outcome"]) == ["larger later", "smaller later", "undecided", "larger later"]
    assert list(compare(frame, 1 - 0.05 / 23)["outcome"]) == ["larger later", *["undecided"] * 3]


def test_topics_are_decided_as_their_differences_say() -> None:
    """By overlapping intervals only the first would be decided."""
    printed = "".join(one["text"] or "" for cell in outputs_of(read("meta-analysis.ipynb")) for one in cell)
    assert (
        "larger later: Emergence and Phase Transitions, Others\n"
        "smaller later: Deep Double Descent, Information Bottleneck\n"
        "undecided: Empirical Study, Neural Collapse, Lottery Ticket Hypothesis, Interactions with Neuroscience, "
        "Neural Tangent Kernel\n"
    ) in printed
    assert "53 comparisons; 25 of the 95 % intervals exclude 0\n" in printed
    assert "expected by chance alone, if no share differed: 2.65 of 53\n" in printed


def test_no_count_is_called_papers() -> None:
    """`paper_count` is the name in every table and figure, as in the database."""
    figures = [
        one["data"]["application/vnd.vegalite.v6+json"]["datasets"]
        for cell in outputs_of(read("meta-analysis.ipynb"))
        for one in cell
        if PICTURE in one["data"]
    ]
    fields = {field for datasets in figures for rows in datasets.values() for row in rows for field in row}
    columns = {head for table in tables() for head in re.findall(r"<th>([^<]+)</th>", table)}
    assert "paper_count" in fields & columns
    assert (fields | columns) & {"papers", "entries", "authors", "problems"} == set()


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
    rows[0]["paper_count"] += 1
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
