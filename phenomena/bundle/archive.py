"""The bundle: one zip with the database, its rows in every format, and descriptions of them.

Same input, same bytes: files in a fixed order, no clock. A bundle that Frictionless finds invalid is not written.
pyarrow and frictionless are imported only when a bundle is asked for.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ..database.publish import failure, replacing
from ..database.records import Records
from ..database.schema.columns import Row
from ..database.schema.tables import TABLES
from .descriptors import make_citation_file, make_croissant, make_datapackage, read_edition, sha256
from .dictionary import make_dictionary
from .tabular import make_csv, make_ndjson, make_parquet

LIBRARIES = ("pyarrow", "frictionless")
REQUIREMENTS = "requirements-bundle.txt"
AS_PARQUET = ("papers", "listings")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold
MODE = 0o100644 << 16  # a regular file that its owner may change
UNIX = 3


def make_bundle(database: Path, records: Records) -> bytes:
    """The zip. Raises ValueError if it doesn't validate: a defect of this program, not of a list."""
    edition = read_edition(records)
    data = make_data(database, records)
    files = {
        "README.md": make_dictionary(edition, records),
        "CITATION.cff": make_citation_file(edition),
        "datapackage.json": make_datapackage(edition, data),
        "croissant.json": make_croissant(edition, data),
        **data,
    }
    sums = "".join(f"{sha256(content)}  {path}\n" for path, content in sorted(files.items()))
    bundle = make_zip({"SHA256SUMS": sums.encode(), **files})
    validate(bundle)
    return bundle


def write_bundle(folder: Path, bundle: bytes, records: Records, keeping: Path) -> Path:
    """Put a bundle, named by its rows, into a folder, created if missing. Gives its path; raises WriteError."""
    target = folder / f"phenomena-{str(records.tables['source'][0]['content_sha256'])[:12]}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise failure(folder, error.strerror or str(error), [target]) from None
    with replacing([target], keeping=keeping) as (part,):
        part.write_bytes(bundle)
    return target


def make_data(database: Path, records: Records) -> dict[str, bytes]:
    """The files that hold rows: path in the bundle to content. Rows of one table at a time are held in memory."""
    cited, csv, ndjson, parquet = dict[str, bytes](), dict[str, bytes](), dict[str, bytes](), dict[str, bytes]()
    for one in TABLES:
        rows = list(records.tables[one.name])  # every pass over a table makes them anew
        csv[f"csv/{one.name}.csv"] = make_csv(one, rows)
        ndjson[f"ndjson/{one.name}.ndjson"] = make_ndjson(rows)
        if one.name in AS_PARQUET:
            parquet[f"parquet/{one.name}.parquet"] = make_parquet(one, rows)
        if one.name == "citations":
            cited = make_citation_files(rows)
    return {"phenomena.db": database.read_bytes(), **cited, **csv, **ndjson, **parquet}


def make_citation_files(rows: Sequence[Row]) -> dict[str, bytes]:
    """The files for reference managers, from the rows of table `citations`."""
    bibtex, ris, csl = ([str(row[name]) for row in rows] for name in ("bibtex", "ris", "csl"))
    return {
        "papers.bib": "\n".join(bibtex).encode(),
        "papers.ris": "\n".join(ris).encode(),
        "papers.csl.json": ("[\n" + ",\n".join(text.rstrip() for text in csl) + "\n]\n").encode(),
    }


def make_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of some files, in their order, without times. Parquet, compressed itself, can be read in place."""
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        for path, content in files.items():
            entry = ZipInfo(path, EPOCH)
            entry.create_system, entry.external_attr = UNIX, MODE
            archive.writestr(entry, content, ZIP_STORED if path.endswith(".parquet") else ZIP_DEFLATED)
    return written.getvalue()


def validate(bundle: bytes) -> None:
    """Have Frictionless check every row, key and checksum; raises ValueError with the first errors."""
    import frictionless

    with TemporaryDirectory() as folder:
        path = Path(folder, "bundle.zip")
        path.write_bytes(bundle)
        report = frictionless.validate(str(path))
    if not report.valid:
        raise ValueError(f"the bundle doesn't validate: {report.flatten(['path', 'rowNumber', 'message'])[:3]}")
