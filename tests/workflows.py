"""The steps of action.yml, run as they are written there, in a repository with a list."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from lists import NESTED, make_entry, write_list
from sites import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: Mapping[str, Mapping[str, object]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
INSTALLED = f'#!/bin/sh\nexec {sys.executable} -P -c "from phenomena.command.line import main; main()" "$@"\n'
NOTING = '#!/bin/sh\nprintf "%s\\0" "$@" > "$NOTED"\n'  # a command that only notes its arguments
OLD = write_list([make_entry(number) for number in range(1, 4)], NESTED) + "\nA stray line.\n"
NEW = OLD.replace("# A List\n", "# A List\n\nWords.\n") + "\nAnother one.\n"


@dataclass
class Clone:
    """A repository with a list, as a workflow finds it after the checkout of a pull request."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def git(self, *arguments: str) -> str:
        names = {f"GIT_{role}_{what}": "keeper" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        command = ["git", "-C", str(self.folder), *arguments]
        environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    def commit(self, text: str, branch: str) -> None:
        """Write the list on a branch, which begins where the repository is."""
        self.git("checkout", "--quiet", "-B", branch)
        (self.folder / "README.md").write_text(text, "utf-8")
        self.git("add", "README.md")
        self.git("commit", "--quiet", "--message=A change")

    def command(self, name: str, text: str) -> None:
        """Put a command into the path of the steps."""
        path = self.folder.parent / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def step(self, name: str, inputs: Mapping[str, str] = {}, **contexts: str) -> subprocess.CompletedProcess[str]:
        """Run a step of action.yml with bash as GitHub does, its expressions filled in."""
        values = {f"inputs.{key}": str(one["default"]) for key, one in ACTION["inputs"].items()}
        values |= {f"inputs.{key}": value for key, value in inputs.items()}
        values |= {key.replace("__", "."): value for key, value in contexts.items()}
        values |= {"runner.temp": str(self.folder.parent)}
        step = STEPS[name]
        environment = {
            **os.environ,
            "PATH": f"{self.folder.parent / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "NOTED": str(self.folder.parent / "noted"),
            **self.variables,
            **{key: fill(value, values) for key, value in dict(step["env"]).items()},  # type: ignore[call-overload]
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", str(step["run"])]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)

    @property
    def noted(self) -> list[str]:
        """What the last command noted."""
        return (self.folder.parent / "noted").read_text("utf-8").split("\0")[:-1]

    @property
    def comment(self) -> str:
        return (self.folder.parent / "phenomena-comment.md").read_text("utf-8")


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text of a workflow with its expressions replaced."""
    return re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda match: values[match[1]], text)


def make_clone(folder: Path) -> Clone:
    """A repository whose branch main has the old list, with itself as its origin; `phenomena` is installed."""
    clone = Clone(folder)
    folder.mkdir()
    clone.git("init", "--quiet", "--initial-branch=main")
    clone.git("remote", "add", "origin", str(folder))
    clone.commit(OLD, "main")
    clone.command("phenomena", INSTALLED)
    return clone
