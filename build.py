"""Build phenomena.db and metadata.yml from a curated markdown list of papers.

    python build.py                              from phenomena.md, this repository's edition
    python build.py LIST                         from another file, or an http(s) address
    python build.py LIST --check                 report a list's problems, write nothing
    python build.py LIST --dialect FILE          from a list in another format
    python build.py LIST --guess                 draft a dialect for a list, write nothing
    python build.py --bundle DIR                 also one zip with all formats, into a folder
    python build.py --place                      also recompute the positions of papers on the map
    python build.py LISTS.toml --parquet DIR     all tables as Parquet, and no database

text --source--> lines --outline--> blocks --entries--> entries --records--> rows --store--> database

phenomena/command/building.py has the steps in code. What is installed with pip is the command `phenomena`.
"""

from __future__ import annotations

from pathlib import Path

from phenomena.command.build_command import Home, make_command
from phenomena.command.building import build, read
from phenomena.command.options import OPTIONS

__all__ = ["build", "main", "read"]

HERE = Path(__file__).parent
HELP = """Build a SQLite database and its Datasette metadata from a list of papers.

LIST is the path or the http(s) address of a markdown list, or a .toml file
that declares several. Without it, it is phenomena.md, this repository's.

\b
Examples:
  build.py                             phenomena.db and metadata.yml
  build.py README.md --check           report a list's problems
  build.py README.md --database x.db   x.db and x.metadata.yml
  build.py README.md --guess           draft a dialect for another format
  build.py README.md --dialect x.toml  read the list by a dialect
  build.py --bundle dist               also a zip of all formats
  build.py README.md --history .       also how the list grew, by commit
  build.py README.md --place           also the papers' positions on a map

inspect-data.json is written beside the database, and keeps its entries for
other databases there. All files are replaced together, or none is.

A dialect declares how a list writes its entries: docs/dialects.md. --guess
prints a draft of one and entries to check, and writes nothing.

--history writes LIST's name with .history.csv beside it, and --place with
.positions.csv. Later builds find these files there. A paper that is new in
LIST is put beside its related papers, and moves no other.

--parquet DIR writes all tables as Parquet, in folders of their names, for a
collection too large for one SQLite file; a database is then only written if
--database names it. With --scheduler, the workers of a Dask cluster read the
lists, which each must find under the same path or address: docs/scale.md.

A list may have 6,000 entries and, for each of them, 10 authors and
keywords, 10 lines and 833 bytes. --max-entries raises all four; use it with
a list that you trust, since a build takes time and memory in proportion.

\b
Exit code:
  0  built, or checked
  1  the list can't be read, holds no paper or, with --strict, has errors
  2  wrong usage
"""

HOME = Home("build.py", HERE / "phenomena.db", HERE / "phenomena.md")
main = make_command(HOME, "build.py", HELP, [name for name in OPTIONS if name not in ("since", "comment")])

if __name__ == "__main__":
    main()
