"""How long a whole build takes, and how much memory: `python benchmarks/build.py [LIST]`.

Runs `build.py LIST` five times as a process of its own, into a temporary folder, and prints the median of the wall
time, the most memory any of them had, and the time of importing what a build imports, each beside its limit.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 5
WALL_SECONDS, MEMORY_MB = 2.0, 150.0  # what a build of the whole list should stay under


def seconds(command: list[str]) -> float:
    """Wall time of one process; its output is dropped, and a failure ends this script."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - start


def main(location: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        targets = ["--database", f"{folder}/phenomena.db", "--metadata", f"{folder}/metadata.yml"]
        command = [sys.executable, str(ROOT / "build.py"), location, *targets]
        seconds(command)  # the first run reads files that the later ones find in memory
        walls = [seconds(command) for _ in range(RUNS)]
        size = (Path(folder) / "phenomena.db").stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    bare = statistics.median(seconds([sys.executable, "-c", "import build"]) for _ in range(RUNS))
    wall = statistics.median(walls)
    print(f"list         {location}")
    spread = f"median of {RUNS}, {min(walls):.2f} to {max(walls):.2f}"
    print(f"wall time    {wall:.2f} s ({spread}); {wall / WALL_SECONDS:.0%} of 2 s")
    print(f"of it        {bare:.2f} s start and imports ({bare / wall:.0%})")
    print(f"peak memory  {peak:.0f} MB; {peak / MEMORY_MB:.0%} of 150 MB")
    print(f"database     {size:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "phenomena.md"))
