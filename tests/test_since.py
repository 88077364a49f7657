"""A check against a revision of the list's own git repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from workflows import NEW, OLD, Clone, make_clone

from phenomena.command import line

Check = Callable[..., Result]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A repository with the old list."""
    return make_clone(tmp_path / "list")


@pytest.fixture
def check(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.chdir(clone.folder)
    return lambda *options: CliRunner().invoke(line.main, ["check", *options], prog_name="phenomena")


def test_a_list_in_a_folder_is_compared_with_itself(clone: Clone, check: Check) -> None:
    (clone.folder / "lists").mkdir()
    clone.git("mv", "README.md", "lists/list.md")
    clone.git("commit", "--quiet", "--message=Move")
    (clone.folder / "lists" / "list.md").write_text(NEW, "utf-8")
    found = json.loads(check("lists/list.md", "--since", "HEAD", "--format", "json").output)
    assert [one["excerpt"] for one in found["problems"]] == ["Another one."]


@pytest.mark.parametrize("before", [None, "# Nothing yet\n", "caf\xe9"])
def test_what_was_no_list_before_is_new_as_a_whole(clone: Clone, check: Check, before: str | None) -> None:
    if before:
        (clone.folder / "new.md").write_text(before, "latin-1")
        clone.git("add", "new.md")
        clone.git("commit", "--quiet", "--message=Begin")
    (clone.folder / "new.md").write_text(OLD, "utf-8")
    found = json.loads(check("new.md", "--since", "HEAD", "--format", "json").output)
    assert ([one["excerpt"] for one in found["problems"]], found["notes"]) == (
        ["A stray line."],
        ["not compared: new.md is not a list in HEAD"],
    )


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("README.md", "--since", "gone"), 1,
         "phenomena: README.md: git finds no revision gone there. Fetch it, or check its name."),
        (("README.md", "--since", "--all"), 1,
         "phenomena: README.md: git finds no revision --all there. Fetch it, or check its name."),
        (("README.md", "--since", "HEAD", "--baseline", "README.md"), 2,
         "Error: --since and --baseline both name another version of LIST. Leave one of them out."),
        (("https://example.org/list.md", "--since", "HEAD"), 2,
         "Error: --since is for one list in a git repository. Give its path."),
        (("lists.toml", "--since", "HEAD"), 2, "Error: --since is for one list in a git repository. Give its path."),
        (("README.md", "--comment", "no/where.md"), 1,
         "phenomena: no/where.md: can't be written (No such file or directory). Check its folder."),
    ],
)  # fmt: skip
def test_what_cant_be_compared_or_written_is_refused(
    check: Check, options: tuple[str, ...], code: int, said: str
) -> None:
    result = check(*options)
    assert (result.exit_code, result.output.splitlines()[-1]) == (code, said)


def test_outside_a_repository_git_s_reason_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "list.md").write_text(OLD, "utf-8")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = CliRunner().invoke(line.main, ["check", str(tmp_path / "list.md"), "--since", "HEAD"])
    assert result.exit_code == 1
    assert result.output.startswith("phenomena: git can't read the repository (fatal: not a git repository")
