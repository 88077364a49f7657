"""Time and size of the bundle, as a whole and of each file: `python benchmarks/bundle.py [LIST]`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar
from zipfile import ZipFile

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import frictionless  # noqa: F401, E402  # the figures are to hold the work, not the imports
import pyarrow.csv  # noqa: E402
import pyarrow.parquet  # noqa: F401, E402

from build import build  # noqa: E402
from phenomena.bundle.archive import make_bundle, make_data, validate  # noqa: E402

ROUNDS = 5
Result = TypeVar("Result")


def best(work: Callable[[], Result]) -> tuple[float, Result]:
    """The shortest of some rounds, in milliseconds, and what the work gave."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        result = work()
        times.append(1000 * (perf_counter() - start))
    return min(times), result


def main() -> None:
    location = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "phenomena.md")
    with TemporaryDirectory() as folder:
        database = Path(folder, "phenomena.db")
        plain, (records, _) = best(lambda: build(location, database, Path(folder, "metadata.yml")))
        making, data = best(lambda: make_data(database, records))
        whole, bundle = best(lambda: make_bundle(database, records))
        checking, _ = best(lambda: validate(bundle))
        path = Path(folder, "bundle.zip")
        path.write_bytes(bundle)
        with ZipFile(path) as archive:
            entries = archive.infolist()
    print(f"papers: {len(records.tables['papers'])}; best of {ROUNDS} rounds")
    print(f"build without a bundle   {plain:8.0f} ms")
    print(f"bundle                   {whole:8.0f} ms  {whole / plain:5.2f} of the build")
    print(f"  its files              {making:8.0f} ms")
    print(f"  its check              {checking:8.0f} ms")
    print(
        f"bundle                   {len(bundle):8} bytes, {len(bundle) / len(data['phenomena.db']):.2f} of the database"
    )
    for entry in entries:
        print(f"  {entry.filename:28} {entry.file_size:8} bytes, {entry.compress_size:8} packed")


if __name__ == "__main__":
    main()
