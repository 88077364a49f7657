"""Sites of any size, each beside a plain Datasette of the same file, kept in a folder for later runs.

A size is a number of papers; 581 entries are the edition itself. What was built by other code is not taken again: the
folder's name has the hash of the builder's files.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from servers import Server, start_server  # noqa: E402
from sites import SERVED  # noqa: E402

CACHE = Path(tempfile.gettempdir()) / "phenomena-benchmarks"
EDITION = 581
BUILT = ("phenomena.db", "metadata.yml", "inspect-data.json")
BUILDER = ("build.py", "phenomena/**/*.py", "phenomena/**/*.sql", "queries/*.sql", "benchmarks/made_lists.py")
PLAIN = """#!{python}
import sys
sys._called_from_test = True  # then Datasette loads no plugin that is installed
from datasette.cli import cli
cli()
"""


def hash_builder() -> str:
    """Eight hexadecimal digits over the files that decide what a build gives."""
    paths = sorted(path for pattern in BUILDER for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]


def list_of(size: int, cache: Path) -> Path:
    """The list of a size, written if it isn't there yet."""
    if size == EDITION:
        return ROOT / "phenomena.md"
    path = cache / "lists" / f"{size}.md"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, str(ROOT / "benchmarks" / "made_lists.py"), str(size), str(path)], check=True)
    return path


def build_command(size: int, cache: Path, folder: Path, stages: Path) -> list[str]:
    """The command that builds the site's files of a size into a folder, and notes its stages in a file."""
    targets = ["--database", str(folder / BUILT[0]), "--metadata", str(folder / BUILT[1])]
    program = str(ROOT / "benchmarks" / "staged_build.py")
    return [sys.executable, program, str(stages), str(list_of(size, cache)), *targets]


def site_of(size: int, cache: Path) -> Path:
    """A folder with the site of so many papers, built if it isn't there yet, as `datasette .` serves it."""
    folder = cache / f"{size}-{hash_builder()}"
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / name).exists() for name in BUILT):
        subprocess.run(
            build_command(size, cache, folder, folder / "stages.json"), check=True, stdout=subprocess.DEVNULL, cwd=ROOT
        )
    for name in SERVED:
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def keeping_nothing() -> dict[str, str]:
    """The environment of a server that makes each answer anew."""
    return {"PHENOMENA_CACHE_MB": "0"}


def serve(folder: Path, **variables: str) -> Server:
    """The site's server. One that doesn't start within the SQL limit gets all the time it needs, and a note."""
    try:
        return start_server(folder, **variables)
    except AssertionError as error:
        print(f"{folder.name}: {str(error).strip().splitlines()[-1]}", file=sys.stderr)
        return start_server(folder, "--setting", "sql_time_limit_ms", "10000", **variables)


def serve_plain(folder: Path) -> Server:
    """A Datasette without any plugin or template of ours, of the same file and with the same metadata and settings."""
    plain = folder / "plain"
    plain.mkdir(exist_ok=True)
    for name in (*BUILT, "settings.json"):
        if not (plain / name).exists():
            (plain / name).symlink_to(folder / name)
    program = plain / "datasette"
    program.write_text(PLAIN.format(python=sys.executable))
    program.chmod(0o755)
    return start_server(plain, python=program)
