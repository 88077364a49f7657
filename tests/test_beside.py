"""A function that runs beside: the same results, whatever becomes of its process, which never outlives its parent."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import accumulate, islice
from pathlib import Path

import pytest

from phenomena.reader.beside import BATCH, Beside

ROOT = Path(__file__).parent.parent
MANY = 400 * BATCH  # their results are more than a pipe holds
SUMS = list(accumulate(range(MANY)))
KILLED = """
import os, sys
from itertools import accumulate, repeat
from phenomena.reader.beside import Beside
if __name__ == "__main__":
    beside = Beside(accumulate, lambda: repeat(1))
    print(beside.process.pid, flush=True)
    os.kill(os.getpid(), 9)
"""


def numbers() -> Iterator[int]:
    return iter(range(MANY))


def divide(values: Iterator[int]) -> Iterator[float]:
    """Its results, and then a defect."""
    return (1 / (MANY - 1 - value) for value in values)


def test_results_come_in_order_and_again_in_later_passes() -> None:
    beside = Beside(accumulate, numbers)
    assert list(beside) == SUMS and beside.process.exitcode == 0
    assert list(beside) == SUMS
    assert list(Beside(accumulate, lambda: iter(()))) == []


@pytest.mark.parametrize("taken", [0, 1, BATCH, BATCH + 1])
def test_what_a_killed_process_loses_is_computed_here(taken: int) -> None:
    beside = Beside(accumulate, numbers)
    results = iter(beside)
    found = list(islice(results, taken))
    beside.process.kill()
    assert [*found, *results] == SUMS
    beside.process.join()
    assert beside.process.exitcode == -9


def test_a_defect_is_not_hidden(capfd: pytest.CaptureFixture[str]) -> None:
    results = iter(Beside(divide, numbers))
    assert list(islice(results, MANY - 1)) == list(islice(divide(numbers()), MANY - 1))
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_values_that_fail_fail_here() -> None:
    beside = Beside(accumulate, lambda: map(int, ["1", "2", "three"]))
    results = iter(beside)
    assert list(islice(results, 2)) == [1, 3]
    with pytest.raises(ValueError, match="three"):
        next(results)
    beside.process.join()
    assert beside.process.exitcode == -9


def test_the_process_ends_when_nobody_waits_for_its_results(capfd: pytest.CaptureFixture[str]) -> None:
    beside = Beside(accumulate, numbers)
    results = iter(beside)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    beside.process.join()
    assert (beside.process.exitcode, capfd.readouterr().err) == (0, "")


def test_the_process_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(KILLED)
    command, path = [sys.executable, str(program)], {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run(command, env=path, capture_output=True, text=True, timeout=60)
    assert killed.returncode == -9 and int(killed.stdout) > 1  # and all that held its output have ended
