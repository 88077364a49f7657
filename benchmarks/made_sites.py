"""Sites of any size, each beside a plain Datasette of the same file, kept in a folder for later runs.

A size is a number of papers; 581 entries are the edition itself. What was made by other code is not taken again: the
names of folders have the hash of the generator's and the builder's files.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from servers import SERVING, Server, start_server  # noqa: E402
from sites import SERVED  # noqa: E402

CACHE = Path(tempfile.gettempdir()) / "phenomena-benchmarks"
EDITION = 581
BUILT = ("phenomena.db", "metadata.yml", "inspect-data.json")
GENERATOR = ("benchmarks/made_lists.py", "phenomena.md")
BUILDER = (*GENERATOR, "build.py", "phenomena/**/*.py", "phenomena/**/*.sql", "phenomena/**/*.csv", "queries/*.sql")
PLAIN = """#!{python}
import sys
sys._called_from_test = True  # then Datasette loads no plugin that is installed
from datasette.cli import cli
cli()
"""


def hash_files(patterns: Sequence[str]) -> str:
    """Eight hexadecimal digits over the files of this project that decide what is made."""
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]


def list_of(size: int, cache: Path) -> Path:
    """The list of a size, written if it isn't there yet."""
    if size == EDITION:
        return ROOT / "phenomena.md"
    path = cache / f"lists-{hash_files(GENERATOR)}" / f"{size}.md"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, str(ROOT / "benchmarks" / "made_lists.py"), str(size), str(path)], check=True)
    return path


def build_command(size: int, cache: Path, folder: Path, stages: Path) -> list[str]:
    """The command that builds the site's files of a size into a folder, and notes its stages in a file."""
    options = ["--database", str(folder / BUILT[0]), "--metadata", str(folder / BUILT[1]), "--max-entries", str(size)]
    program = str(ROOT / "benchmarks" / "staged_build.py")
    return [sys.executable, program, str(stages), str(list_of(size, cache)), *options]


def site_of(size: int, cache: Path) -> Path:
    """A folder with the site of so many papers, built if it isn't there yet, as `datasette .` serves it."""
    folder = cache / f"{size}-{hash_files(BUILDER)}"
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / name).exists() for name in BUILT):
        command = build_command(size, cache, folder, folder / "stages.json")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    for name in SERVED:
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def serve(folder: Path, keeps: bool = True) -> Server:
    """The site's server, one that keeps answers or makes each anew.

    One that doesn't start within the SQL limit gets all the time it needs, and a note.
    """
    megabytes = str(64 * keeps)
    try:
        return start_server(folder, PHENOMENA_CACHE_MB=megabytes)
    except AssertionError as error:
        print(f"{folder.name}: {str(error).strip().splitlines()[-1]}", file=sys.stderr)
        patient = ("--setting", "sql_time_limit_ms", "10000")
        return start_server(folder, *patient, PHENOMENA_CACHE_MB=megabytes)


def serve_plain(folder: Path) -> Server:
    """A Datasette without any plugin or template of ours, of the same file and with the same metadata and settings."""
    plain = folder / "plain"
    plain.mkdir(exist_ok=True)
    for name in (*BUILT, "settings.json"):
        if not (plain / name).exists():
            (plain / name).symlink_to(folder / name)
    program = plain / "datasette"
    program.write_text(PLAIN.format(python=SERVING))
    program.chmod(0o755)
    return start_server(plain, python=program)
