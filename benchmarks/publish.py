"""Figures for builds that are cut short, raced or fed badly.

    python benchmarks/publish.py [kills|disks|doubles|lists|rebuilds|rebuilds_without]...

Prints a table; exit code 1 if any row has a failure. The disks need the right to mount (root); all else runs as anyone.
Takes about 15 minutes on two cores.
"""

from __future__ import annotations

import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from builds import NAMES, PATHS, arguments, asked, forking, hidden, learn, run, state  # noqa: E402
from malformed_builds import build, faults  # noqa: E402
from malformed_lists import all_lists  # noqa: E402
from servers import start_server  # noqa: E402
from sites import SERVED  # noqa: E402

KILLS, DISKS, DOUBLES, REBUILDS, READERS = 200, 40, 20, 100, 6
MIXED = "mixed, repaired by the next build"


def start(folder: Path, name: str) -> subprocess.Popen[bytes]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, *arguments(folder, name)], **quiet)


def outcome(folder: Path, repair: bool = True) -> str:
    """Old, new, or mixed; after a failing build that has only to repair, a mixed set must be whole."""
    files = set(state(folder).values())
    if repair:
        (folder / "bad.md").write_text("no list\n")
        command = [sys.executable, *arguments(folder, "old")]
        command[2] = str(folder / "bad.md")
        subprocess.run(command, capture_output=True)
    whole = len(set(state(folder).values())) == 1 and not hidden(folder)
    if not whole:
        return "FAILED"
    return files.pop() if len(files) == 1 else MIXED


def kills(old: Path) -> Counter[str]:
    """SIGKILL at random moments of a build."""
    chance = random.Random(7)
    began = time.monotonic()
    with copied(old) as folder:
        run(folder, "new")
    duration = time.monotonic() - began
    found: Counter[str] = Counter()
    for _ in range(KILLS):
        with copied(old) as folder:
            process = start(folder, "new")
            time.sleep(chance.uniform(0, duration))
            process.send_signal(signal.SIGKILL)
            process.wait()
            found[outcome(folder)] += 1
    return found


def disks(old: Path) -> Counter[str]:
    """Disks that fill up after more and more bytes."""
    size = sum((old / name).stat().st_size for name in NAMES)
    found: Counter[str] = Counter()
    for step in range(DISKS):
        with tempfile.TemporaryDirectory() as place:
            space = size + 40_000 + step * (size + 80_000) // DISKS
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={space}", "tmpfs", place], check=True)
            try:
                folder = Path(place)
                for path in old.iterdir():
                    shutil.copy(path, folder)
                done = run(folder, "new")
                result = outcome(folder, repair=False)
                clear = done.returncode == 0 or (done.returncode == 1 and done.stderr.count("\n") == 1)
                expected = {0: "new", 1: "old"}.get(done.returncode)
                found[result if clear and result == expected else "FAILED"] += 1
            finally:
                subprocess.run(["umount", place], check=True)
    return found


def doubles(old: Path) -> Counter[str]:
    """Two builds at once in one folder."""
    found: Counter[str] = Counter()
    for _ in range(DOUBLES):
        with copied(old) as folder:
            codes = [process.wait() for process in [start(folder, "new"), start(folder, "old")]]
            found[outcome(folder, repair=False) if codes == [0, 0] else "FAILED"] += 1
    return found


def lists(old: Path) -> Counter[str]:
    """All malformed lists; the system ends a build that takes more than 10 s of processor time or 500 MB."""
    found: Counter[str] = Counter()
    seconds = []
    with forking() as forked:
        for malformed in all_lists():
            with tempfile.TemporaryDirectory() as place:
                before = time.monotonic()
                done = build(forked, malformed, Path(place))
                seconds.append(time.monotonic() - before)
                wrong = faults(done, Path(place))
            found["FAILED" if wrong else ("refused in one line", "rows and problems")[done.returncode == 0]] += 1
            if wrong:
                print(f"{malformed.name}: {wrong[:2]}")
    print(f"malformed lists: median {statistics.median(seconds):.1f} s, most {max(seconds):.1f} s")
    return found


def rebuilds(old: Path, plugin: str = "") -> Counter[str]:
    """Rebuilds beside a running server with readers: addresses and what they show.

    `plugin` is the text of one more plugin to load.
    """
    with copied(old) as folder:
        for name in SERVED[1:]:
            (folder / name).symlink_to(ROOT / name)
        (folder / "plugins").mkdir()
        for path in (ROOT / "plugins").glob("*.py"):
            (folder / "plugins" / path.name).symlink_to(path)
        (folder / "plugins" / "one_more.py").write_text(plugin)
        with start_server(folder) as server:
            run(folder, "new")
            done = Event()
            with ThreadPoolExecutor(READERS) as readers:
                answers = [readers.submit(asked, server.address, done) for _ in range(READERS)]
                for number in range(REBUILDS - 1):
                    run(folder, ("old", "new")[number % 2])
                done.set()
    seen = {one for answer in answers for one in answer.result()}
    wrong = [f"{path} {status} {shown}" for path, status, shown in sorted(seen) if (status, shown) != (200, "old")]
    print(*wrong, sep="\n", end="\n" * bool(wrong))
    return Counter({"served build only": len(PATHS) - len({one.split()[0] for one in wrong}), "FAILED": len(wrong)})


def rebuilds_without(old: Path) -> Counter[str]:
    """The same without the package that holds one build, for comparison."""
    found = rebuilds(old, 'from datasette.plugins import pm\npm.unregister(name="phenomena_web")\n')
    return Counter({"served build only": found["served build only"], "mixed answers": found["FAILED"]})


@contextmanager
def copied(old: Path) -> Iterator[Path]:
    """A folder with the old files, for one attempt."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(shutil.copytree(old, Path(place) / "site"))


MEASURES = {one.__name__: one for one in (kills, disks, doubles, lists, rebuilds, rebuilds_without)}


def main() -> None:
    failed = 0
    with tempfile.TemporaryDirectory() as place:
        for name in ("new", "old"):
            (Path(place) / name).mkdir()
            learn(Path(place) / name, name)
        for name in sys.argv[1:] or MEASURES:
            found = MEASURES[name](Path(place) / "old")
            failed += found["FAILED"]
            counts = ", ".join(f"{count} {what}" for what, count in sorted(found.items()) if count)
            print(f"{name:17} {(MEASURES[name].__doc__ or '').splitlines()[0]:75} {counts}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
