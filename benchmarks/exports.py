"""Time and size of every export, from a real server on this machine.

    python benchmarks/exports.py                 builds phenomena.md anew, serves it, and asks seven times for each
    python benchmarks/exports.py --rounds 20

Prints the median of the rounds, after one that isn't counted, and each time as a multiple of the raw CSV's.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import click
import httpx

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from servers import start_server  # noqa: E402
from sites import make_folder  # noqa: E402

EXPORTS = {
    "raw CSV": "/phenomena/papers.csv",
    "CSV for spreadsheets": "/phenomena/papers.sheet",
    "JSON": "/phenomena/papers.json?_shape=array&_size=max&_nofacet=1",
    "BibTeX": "/phenomena/papers.bib",
    "RIS": "/phenomena/papers.ris",
    "CSL-JSON": "/phenomena/papers.csl",
    "BibTeX of one topic": "/phenomena/papers.bib?topic=neural-collapse",
    "BibTeX of a search": "/phenomena/papers.bib?_search=grokking",
    "BibTeX of a query": "/phenomena.bib?sql=select+id+from+papers",
    "BibTeX of one paper": "/phenomena/papers/arxiv-2409-15156.bib",
    "screening, CSV": "/phenomena/screening.csv",
    "screening, RIS": "/phenomena/screening.ris",
    "Atom": "/-/feed.atom",
    "Atom of one topic": "/-/feed/neural-collapse.atom",
}


def measure(client: httpx.Client, path: str, rounds: int) -> tuple[float, int, int]:
    """Median milliseconds, bytes of the file, and bytes on the wire."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        response = client.get(path).raise_for_status()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[1:]), len(response.content), response.num_bytes_downloaded


@click.command(help=__doc__)
@click.option("--rounds", default=7, show_default=True)
def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = make_folder(Path(name, "site"), ROOT / "phenomena.md")
        with start_server(folder) as server, httpx.Client(base_url=server.address) as client:
            figures = {export: measure(client, path, rounds) for export, path in EXPORTS.items()}
    base = figures["raw CSV"][0]
    print(f"{'export':22}{'ms':>8}{'x CSV':>8}{'bytes':>10}{'gzipped':>10}")
    for export, (milliseconds, size, sent) in figures.items():
        print(f"{export:22}{milliseconds:8.1f}{milliseconds / base:8.2f}{size:10,}{sent:10,}")


if __name__ == "__main__":
    main()
