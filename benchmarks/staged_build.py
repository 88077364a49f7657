"""A build that notes its stages: `python benchmarks/staged_build.py FILE LIST ...` runs `build.py LIST ...`.

FILE gets JSON: seconds of each stage, of the start and imports before it, and of all else, on the clock and of the
processor, and the most memory that the process had held when the stage ended, in MB. Other processes, in which long
lists are read, their citations made, their related papers found and their words counted, count on the clock alone.
"""

from __future__ import annotations

import functools
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

START = time.perf_counter() - time.process_time()  # about when the interpreter started
ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import build  # noqa: E402
from phenomena.command import build_command, building  # noqa: E402

STAGES = {  # functions that a build calls, in their order
    "read_lists": "read the list",
    "changes_beside": "read the history",
    "make_records": "make rows",
    "write_database": "write the database",
    "make_metadata": "metadata and checksums",
    "make_inspect_data": "metadata and checksums",
    "make_summary": "print the summary",
}


def read_peak() -> int:
    """The most memory that this process has held, in MB, on Linux."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) // 1024 if found else 0


class Stages:
    """Stages by name: seconds, processor's seconds, and MB."""

    def __init__(self) -> None:
        self.figures = {"start and imports": self.since(START, 0.0)}

    def since(self, started: float, processor: float) -> dict[str, float]:
        """A stage that began at these times and ends now."""
        spent = {"seconds": time.perf_counter() - started, "processor": time.process_time() - processor}
        return spent | {"peak": read_peak()}

    def note(self, name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, whose time is added to its stage."""

        @functools.wraps(run)
        def noted(*args: Any, **options: Any) -> Any:
            started, before = (time.perf_counter(), time.process_time()), self.figures.get(name, {})
            try:
                return run(*args, **options)
            finally:
                spent = self.since(*started)
                self.figures[name] = spent | {key: before.get(key, 0) + spent[key] for key in ("seconds", "processor")}

        return noted

    def close(self) -> dict[str, dict[str, float]]:
        """All stages, and what lies between them."""
        rest = self.since(START, 0.0)
        for key in ("seconds", "processor"):
            rest[key] -= sum(stage[key] for stage in self.figures.values())
        return self.figures | {"all else": rest}


def main() -> None:
    target, sys.argv = Path(sys.argv[1]), ["build.py", *sys.argv[2:]]
    stages = Stages()
    for function, name in STAGES.items():
        for module in (building, build_command):
            if hasattr(module, function):
                setattr(module, function, stages.note(name, getattr(module, function)))
    try:
        build.main()
    finally:
        target.write_text(json.dumps(stages.close()), "utf-8")


if __name__ == "__main__":
    main()
