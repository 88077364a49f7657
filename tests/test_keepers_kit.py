"""The keeper's kit: the steps of action.yml, the hook for commits, and the examples in docs/."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from click.testing import CliRunner, Result
from sites import ROOT
from workflows import ACTION, NEW, NOTING, OLD, STEPS, Clone, make_clone

import build
from phenomena.command import build_command, line
from phenomena.command.comment import MARK
from phenomena.database.records import Records
from phenomena.reader.problems import Problem
from phenomena.reader.source import ListError

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
ANNOTATION = re.compile(r"::(?P<level>\w+) file=(?P<file>[^,]+),line=(?P<line>\d+),title=(?P<code>[a-z-]+)::")
LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$NOTED"
case "$*" in *--paginate*) printf "$EARLIER" ;; *) exit $STATUS ;; esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A repository with the old list on its branch main."""
    return make_clone(tmp_path / "list")


# The check


@pytest.mark.slow
def test_the_check_annotates_the_new_problem_alone_and_leaves_a_comment(clone: Clone) -> None:
    clone.commit(NEW, "change")
    done = clone.step("Check", github__base_ref="main")
    last = NEW.count("\n")
    assert (done.returncode, done.stderr, done.stdout) == (
        1,
        "",
        f"::error file=README.md,line={last},title=unexpected-line::Line {last}: "
        "this line is not part of any entry. Indent it under one, or delete it.\n",
    )
    assert clone.comment.startswith(f"{MARK}\n\n**0 new entries, 0 changed, 0 removed; 1 new problem**\n")


@pytest.mark.parametrize(
    ("inputs", "base", "options"),
    [
        ({}, "main", ["--strict", "--since", "FETCH_HEAD", "--", "README.md"]),
        ({"strict": "false"}, "main", ["--since", "FETCH_HEAD", "--", "README.md"]),
        ({"dialect": "a b.toml"}, "", ["--dialect", "a b.toml", "--strict", "--", "README.md"]),
        ({"list": "-x; $(exit 3).md"}, "", ["--strict", "--", "-x; $(exit 3).md"]),
    ],
)
def test_inputs_become_options_and_nothing_else(
    clone: Clone, inputs: dict[str, str], base: str, options: list[str]
) -> None:
    clone.command("phenomena", NOTING)
    assert clone.step("Check", inputs, github__base_ref=base).returncode == 0
    comment = str(clone.folder.parent / "phenomena-comment.md")
    assert clone.noted == ["check", "--format", "github", "--comment", comment, *options]


def test_a_branch_that_is_not_there_fails_the_step(clone: Clone) -> None:
    done = clone.step("Check", github__base_ref="gone")
    assert (done.returncode, done.stdout) == (128, "")
    assert "couldn't find remote ref" in done.stderr


def test_no_step_pastes_an_expression_into_its_script_or_imports_from_the_checkout() -> None:
    scripts = [str(step["run"]) for step in STEPS.values() if "run" in step]
    assert len(scripts) == 3
    assert not [script for script in scripts if "${{" in script]
    assert shlex.split(str(STEPS["Install"]["run"]))[:4] == ["python", "-I", "-m", "pip"]


# The comment


@pytest.mark.parametrize(
    ("earlier", "status", "posted"),
    [
        ("", 0, "--method POST repos/keeper/list/issues/7/comments"),
        ("11\n12\n", 0, "--method PATCH repos/keeper/list/issues/comments/12"),
        ("", 1, "--method POST repos/keeper/list/issues/7/comments"),
    ],
)
def test_one_comment_is_posted_or_brought_up_to_date(clone: Clone, earlier: str, status: int, posted: str) -> None:
    comment, summary = clone.folder.parent / "phenomena-comment.md", clone.folder.parent / "summary.md"
    comment.write_text("The comment.\n")
    clone.command("gh", GH)
    clone.variables = {"GITHUB_REPOSITORY": "keeper/list", "GITHUB_STEP_SUMMARY": str(summary)}
    clone.variables |= {"EARLIER": earlier, "STATUS": str(status)}
    done = clone.step("Comment", {"token": "secret"}, github__event__pull_request__number="7")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("::notice::This token may not write comments") == bool(status)
    calls = (clone.folder.parent / "noted").read_text().splitlines()
    assert calls[0].startswith("api --paginate repos/keeper/list/issues/7/comments --jq .[] | select(.user.type ==")
    assert MARK in calls[0]
    assert calls[1:] == [f"api --silent {posted} --field body=@{comment}"]
    assert summary.read_text() == "The comment.\n"


def test_where_the_check_left_no_comment_none_is_posted(clone: Clone) -> None:
    clone.command("gh", "#!/bin/sh\nexit 9\n")
    done = clone.step("Comment", {"token": "secret"}, github__event__pull_request__number="7")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# Revisions of the keeper's list


def reading_once() -> Callable[..., Records]:
    """Reads lists as a build does, each text once: a revision is read as the new one, and as the base of the next."""
    known: dict[bytes, Records] = {}

    def read(location: str, **options: Any) -> Records:
        text = Path(location).read_bytes()
        if text not in known:
            known[text] = build.read(location, **options)
        return replace(known[text], locations=dict.fromkeys(known[text].locations, location))

    return read


def problems_of(text: str, folder: Path, read: Callable[..., Records]) -> list[Problem]:
    """All problems of a list; none of what is no list."""
    path = folder / "README.md"
    path.write_text(text, "utf-8")
    try:
        return list(read(str(path)).problems)
    except ListError:
        return []


def by_rule(problems: list[Problem]) -> Counter[tuple[str, str]]:
    return Counter((problem.code, problem.excerpt) for problem in problems)


def run_noted(clone: Clone, patch: pytest.MonkeyPatch) -> Result:
    """What the step had run, in this process, which has the libraries loaded."""
    patch.chdir(clone.folder)
    return CliRunner().invoke(line.main, clone.noted)


def annotated(output: str, problems: list[Problem]) -> list[Problem]:
    """The problems of the new list that annotations name: each by its level, line, rule and message."""
    known = {(LEVELS[one.severity], one.line, one.code, one.message): one for one in problems}
    found = []
    for text in output.splitlines():
        match = ANNOTATION.match(text)
        assert match, text
        assert match["file"] == "README.md"
        found.append(known[match["level"], int(match["line"]), match["code"], unquote(text[match.end() :])])
    return found


@pytest.mark.slow
def test_twenty_revisions_are_annotated_with_exactly_what_they_bring(
    keepers_history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten of them are one commit, and ten the six commits before that."""
    clone = Clone(tmp_path / "list")
    subprocess.run(["git", "clone", "--quiet", "--branch", "main", str(keepers_history), str(clone.folder)], check=True)
    clone.git("remote", "set-url", "origin", str(clone.folder))
    clone.command("phenomena", NOTING)
    read = reading_once()
    monkeypatch.setattr(build_command, "read", read)
    commits = clone.git("log", "--first-parent", "--format=%H", "main", "--", "README.md").splitlines()
    sizes = []
    for first in range(7, len(commits) - 7, len(commits) // 10 - 1)[:10]:
        before, target, head = (commits[first + back] for back in (7, 1, 0))
        shown = {one: clone.git("show", f"{one}:README.md") for one in (before, target, head)}
        found = {one: problems_of(text, tmp_path, read) for one, text in shown.items()}
        for base, commit in ((before, target), (target, head)):
            clone.git("branch", "--force", "target", base)
            clone.git("checkout", "--quiet", "--detach", commit)
            assert clone.step("Check", github__base_ref="target").returncode == 0
            result, new = run_noted(clone, monkeypatch), found[commit]
            expected = by_rule(new) - by_rule(found[base])
            assert by_rule(annotated(result.output.strip(), new)) == expected, commit
            errors = [one for one in new if one.severity == "error" and (one.code, one.excerpt) in expected]
            assert result.exit_code == bool(errors), commit
            sizes.append(expected.total())
    assert (len(sizes), sum(map(bool, sizes)) > 10) == (20, True), sizes


# The hook


@pytest.mark.parametrize(("text", "code"), [(OLD, 0), ("\n" + OLD, 0), (NEW, 1)])
def test_the_hook_fails_on_what_the_commit_brings(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, text: str, code: int
) -> None:
    [hook] = HOOKS
    program, *options = shlex.split(hook["entry"])
    assert (program, hook["id"], hook["language"]) == ("phenomena", "phenomena-check", "python")
    assert re.search(hook["files"], "README.md")
    assert not re.search(hook["files"], "docs/README.md")
    (clone.folder / "README.md").write_text(text, "utf-8")
    monkeypatch.chdir(clone.folder)
    result = CliRunner().invoke(line.main, [*options, "README.md"])
    assert (result.exit_code, result.output.count("  Line ")) == (code, code)


# The examples


def test_the_examples_are_valid_and_name_what_is_there() -> None:
    words = (ROOT / "docs" / "keepers.md").read_text("utf-8")
    check, hook = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", words, re.DOTALL))
    [_, use] = check["jobs"]["check"]["steps"]
    assert set(use["with"]) <= set(ACTION["inputs"])
    assert [one["id"] for one in hook["repos"][0]["hooks"]] == [one["id"] for one in HOOKS]
    assert re.findall(r"^\| `(\w+)` \|", words, re.MULTILINE) == list(ACTION["inputs"])
    jobs = yaml.safe_load((ROOT / "docs" / "publish.yml").read_text("utf-8"))["jobs"].values()
    texts = [words, *(step["run"] for job in jobs for step in job["steps"] if "run" in step)]
    texts += [one["entry"] for one in HOOKS]
    command = re.compile(r"^(?:RUN )?phenomena (\w+)([^#\n]*)", re.MULTILINE)
    commands = [found for text in texts for found in command.findall(text)]
    assert {name for name, _ in commands} == {"build", "check", "serve"}
    for name, rest in commands:
        known = {option for one in line.main.commands[name].params for option in one.opts}
        assert {word for word in rest.split() if word.startswith("--")} <= known
