"""The positions of papers on the map: their file, the layout, later papers, the names of clusters, and their table."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from grown import LIST
from sites import ROOT

import build
from phenomena.map.clusters import name_clusters
from phenomena.map.layout import arrange, spread
from phenomena.map.positions import NEAR, Position, positions_path, read_positions, settle, write_positions
from phenomena.reader import libraries
from phenomena.reader.source import ListError

HEAD = "paper,x,y,cluster\n"
STORED = {"a": Position(0.0, 0.5, 1), "b": Position(1.0, 0.5, 2), "gone": Position(0.25, 0.25, 1)}
TOPICS: Mapping[str, str | None] = {"a": "one", "b": "two"}
PATH = ROOT / "phenomena.positions.csv"
NEEDED = "needs a paper, x and y from 0 to 1, and the number of a cluster or nothing"
REMEDY = "Correct it, or recreate the file with --place."


def place_list(folder: Path, positions: str | None = None, *options: str, code: int = 0) -> str:
    """Build a list with a positions file in a folder; gives what was printed."""
    (folder / "list.md").write_text(LIST)
    if positions is not None:
        (folder / "list.positions.csv").write_text(positions)
    arguments = ["list.md", "--database", "phenomena.db", *options]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(build.main, arguments)
    assert result.exit_code == code, result.output
    return result.output


def rows(folder: Path, sql: str = "select * from positions order by paper") -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "phenomena.db")) as database:
        return database.execute(sql).fetchall()


def test_the_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    positions = {**STORED, "odd, “name”": Position(0.1234, 1.0, None)}
    path = positions_path(tmp_path / "list.md")
    path.write_text(write_positions(positions), "utf-8")
    assert path.name == "list.positions.csv"
    assert path.read_text("utf-8").splitlines()[-1] == '"odd, “name”",0.1234,1.0,'.replace(
        '"odd, “name”"', '"odd, “name”"'
    )
    assert read_positions(path) == positions


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the columns are not paper, x, y, cluster. Recreate it with --place."),
        ("paper,y,x,cluster\n", "line 1: the columns are not paper, x, y, cluster. Recreate it with --place."),
        (HEAD + "a,0.5,0.5\n", "line 2: has 3 fields instead of 4. Recreate it with --place."),
        (HEAD + "\n", "line 2: has 0 fields instead of 4. Recreate it with --place."),
        (HEAD + "a,0.5,0.5,1\na,0.1,0.5,1\n", "line 3: a has a position already. Delete one of the two lines."),
        *(
            (f"{HEAD}a,0.5,0.5,1\n{row}\n", f"line 3: {NEEDED}. {REMEDY}")
            for row in (",0.5,0.5,1", "b,1.5,0.5,1", "b,-0.5,0.5,1", "b,nan,0.5,1", "b,0.5,,1", "b,0.5,1e-3,1",
                        "b,0.5,0.5,0", "b,0.5,0.5,x", "b,0.5,0.5,1.0", "b, 0.5,0.5,1", "b,0.٥,0.5,1", "b,0.5,0.5,١")
        ),
        (HEAD + 'a,"0.5,0.5,1\n', "can't be read (unexpected end of data). Recreate it with --place, or delete it."),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_with_its_line_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "list.positions.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ListError) as caught:
        read_positions(path)
    assert str(caught.value) in (f"{path}, {message}", f"{path}: {message}")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.positions.csv"
    path.write_bytes(b"\xff")
    with pytest.raises(ListError, match=r"can't be read \(.*\)\. Recreate it with --place, or delete it\."):
        read_positions(path)


def test_a_later_paper_is_put_beside_its_relatives_and_moves_none() -> None:
    ties = [("new", "a", 0.3), ("b", "new", 0.1), ("new", "gone", 0.9), ("a", "b", 0.5)]
    found = settle(STORED, {**TOPICS, "new": None}, ties)
    assert {paper: found[paper] for paper in TOPICS} == {paper: STORED[paper] for paper in TOPICS}
    new = found["new"]
    assert new.cluster == 1, "the cluster of the nearer relative"
    assert NEAR / 2 - 0.001 < math.dist((new.x, new.y), (0.25, 0.5)) < NEAR + 0.001, "the weighted mean, a little aside"
    assert list(found) == ["a", "b", "new"], "those of papers that are gone are left out"


def test_later_papers_do_not_depend_on_their_order_or_each_other() -> None:
    ties = [("new", "a", 0.3), ("newer", "new", 0.2), ("newest", "newer", 0.2), ("second", "a", 0.3)]
    names = ("new", "newer", "newest", "second")
    one = settle(STORED, {**TOPICS, **dict.fromkeys(names)}, ties)
    other = settle(STORED, {**dict.fromkeys(reversed(names)), **TOPICS}, reversed(ties))
    alone = settle(STORED, {**TOPICS, "new": None}, ties[:1])
    assert one == other and one["new"] == alone["new"]
    assert len({(place.x, place.y) for place in one.values()}) == len(one), "no two in one place"
    assert {one[name].cluster for name in names} == {1}


def test_a_paper_without_relatives_is_put_near_its_topic_else_at_the_margin() -> None:
    found = settle(STORED, {**TOPICS, "lone": "two", "stranger": "three", "unfiled": None}, [])
    assert found["lone"].cluster == 2 and math.dist((found["lone"].x, found["lone"].y), (1.0, 0.5)) < 0.07
    assert (found["stranger"].x, found["stranger"].cluster) == (0.99, None)
    assert (found["unfiled"].x, found["unfiled"].cluster) == (0.99, None)
    assert found["stranger"].y != found["unfiled"].y
    assert all(0 <= place.x <= 1 and 0 <= place.y <= 1 for place in found.values())


def test_a_layout_joins_what_is_alike_and_is_the_same_each_time() -> None:
    papers = [f"{group}{number}" for group in "xy" for number in range(12)]
    ties = [(one, other, 0.6) for one in papers for other in papers if one < other and one[0] == other[0]]
    found = arrange(papers, [*ties, ("x0", "y0", 0.05)])
    assert found == arrange(papers, [*ties, ("x0", "y0", 0.05)])
    assert list(found) == papers
    assert [{found[paper].cluster for paper in papers if paper[0] == group} for group in "xy"] == [{1}, {2}]
    assert all(0 <= place.x <= 1 and 0 <= place.y <= 1 for place in found.values())
    middle = {g: sum(found[p].x for p in papers if p[0] == g) / 12 for g in "xy"}
    near = [
        abs(found[paper].x - middle[paper[0]]) < abs(found[paper].x - middle["yx"["xy".index(paper[0])]])
        for paper in papers
    ]
    deep = {g: sum(found[p].y for p in papers if p[0] == g) / 12 for g in "xy"}
    high = [
        abs(found[paper].y - deep[paper[0]]) < abs(found[paper].y - deep["yx"["xy".index(paper[0])]])
        for paper in papers
    ]
    assert all(near) or all(high), "each paper is nearer to its own group"


@pytest.mark.parametrize("papers", [["a"], ["a", "b"]])
def test_papers_that_share_nothing_have_a_layout_too(papers: list[str]) -> None:
    found = arrange(papers, [])
    assert list(found) == papers
    assert sorted(place.cluster or 0 for place in found.values()) == list(range(1, len(papers) + 1))


def test_coordinates_fill_the_map() -> None:
    assert spread([3.0, 1.0, 2.0]) == [0.99, 0.01, 0.5]
    assert spread([0.0, 1.0, 100.0]) == [0.01, 0.2599, 0.99]
    assert spread([7.0]) == [0.01]


@pytest.mark.parametrize(
    ("clusters", "keywords", "names"),
    [
        ({"a": 1, "b": 1, "c": 2}, {"a": ["One"], "b": ["One", "Two"], "c": ["Two"]}, {1: "One"}),
        ({"a": 1, "b": 1}, {"a": ["One"], "b": ["Two"]}, {}),  # none is shared
        ({"a": None, "b": None}, {"a": ["One"], "b": ["One"]}, {}),  # no cluster
        # The second cluster is wholly “One”; the first takes its next best.
        ({"a": 1, "b": 1, "c": 1, "d": 2, "e": 2}, {"a": ["One", "Two"], "b": ["One", "Two"], "c": [], "d": ["One"],
         "e": ["One"]}, {1: "Two", 2: "One"}),
        # Everywhere “All”, which distinguishes none; a tie is broken by the alphabet.
        ({"a": 1, "b": 1, "c": 2, "d": 2}, {"a": ["All", "X", "B"], "b": ["All", "X", "B"], "c": ["All", "Y"],
         "d": ["All", "Y"]}, {1: "B", 2: "Y"}),
        # What has no other keyword shares a name.
        ({"a": 1, "b": 1, "c": 2, "d": 2}, {paper: ["One"] for paper in "abcd"}, {1: "One", 2: "One"}),
        ({}, {}, {}),
    ],
)  # fmt: skip
def test_a_cluster_is_named_after_what_distinguishes_it(
    clusters: dict[str, int | None], keywords: dict[str, list[str]], names: dict[int, str]
) -> None:
    assert name_clusters(clusters, keywords) == names


def test_a_list_without_the_file_has_no_map(tmp_path: Path) -> None:
    assert "position" not in place_list(tmp_path)
    assert rows(tmp_path) == []


def test_place_writes_the_file_and_later_builds_find_it(tmp_path: Path) -> None:
    printed = place_list(tmp_path, None, "--place")
    assert f"wrote {positions_path(Path('list.md'))}" in printed and "positions" not in printed.replace(
        ".positions", ""
    )
    stored = read_positions(tmp_path / "list.positions.csv")
    expected = [(paper, place.x, place.y) for paper, place in sorted(stored.items())]
    assert rows(tmp_path, "select paper, x, y from positions order by paper") == expected
    assert sorted(stored) == ["arxiv-2001-00001", "arxiv-2001-00002", "third-paper"]
    files = {name: (tmp_path / name).read_bytes() for name in ("phenomena.db", "metadata.yml", "inspect-data.json")}
    (tmp_path / "phenomena.db").unlink()
    place_list(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in files} == files, "the same file, the same database"


def test_the_build_says_what_the_file_lacks_and_has_too_many(tmp_path: Path) -> None:
    positions = HEAD + "arxiv-2001-00001,0.5,0.25,4\n" + "".join(f"gone-{n},0.5,0.5,\n" for n in range(5))
    printed = place_list(tmp_path, positions)
    assert [line for line in printed.splitlines() if "position" in line] == [
        "positions not used, for the list has no such paper: gone-0, gone-1, gone-2 and 2 more; delete their lines, or "
        "use --place",
        "2 not in the positions file, put beside related papers; --place recomputes the map",
    ]
    assert '"positions not used, for' in place_list(tmp_path, positions, "--format", "json")
    assert "positions not used, for" in place_list(tmp_path, positions, "--check")
    assert rows(tmp_path)[0] == ("arxiv-2001-00001", 0.5, 0.25, None)
    assert [row[0] for row in rows(tmp_path)] == ["arxiv-2001-00001", "arxiv-2001-00002", "third-paper"]


def test_a_malformed_file_ends_the_build_and_leaves_the_old_database(tmp_path: Path) -> None:
    place_list(tmp_path)
    before = (tmp_path / "phenomena.db").read_bytes()
    printed = place_list(tmp_path, HEAD + "x,2,0,1\n", code=1)
    assert printed.startswith("build.py: list.positions.csv, line 2: needs a paper, x and y from 0 to 1")
    assert (tmp_path / "phenomena.db").read_bytes() == before
    assert place_list(tmp_path, None, "--place").count("wrote ") == 4, "a new layout replaces it"


@pytest.mark.parametrize("arguments", [["list.md", "--place", "--check"], ["https://example.org/list.md", "--place"]])
def test_place_needs_a_file_to_write_beside(arguments: list[str]) -> None:
    result = CliRunner().invoke(build.main, arguments)
    message = "--place writes a file beside LIST. Give LIST as a path, and leave --check out."
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"Error: {message}")


def test_without_the_library_only_place_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "find_spec", lambda name: None)
    message = "build.py: --place needs igraph. Install: python -m pip install igraph "
    message += "(in a checkout: -r requirements-map.txt)\n"
    assert place_list(tmp_path, None, "--place", code=1) == message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.md"]
    assert place_list(tmp_path, HEAD).count("wrote ") == 3


def test_the_edition_has_a_position_for_each_paper_and_names_for_its_clusters(folder: Path) -> None:
    stored = read_positions(PATH)
    found = {row[0]: row[1:] for row in rows(folder)}
    assert {paper: (place.x, place.y) for paper, place in stored.items()} == {p: row[:2] for p, row in found.items()}
    assert all(cluster for _, _, cluster in found.values()), "each cluster shares a keyword"
    assert len({cluster for _, _, cluster in found.values()}) == 28
    assert len({row[:2] for row in found.values()}) == len(found), "no two papers in one place"
    assert {"Grokking", "Neural Collapse", "Deep Double Descent"} <= {cluster for _, _, cluster in found.values()}
