"""Reads files as ASReview does and prints what it found, as JSON; for the environment of requirements-screening.txt."""

import json
import sys
from pathlib import Path

from asreview.data.loader import load_records


def read(path: Path) -> list[dict[str, str | None]]:
    records = load_records(path, dataset_id="screening")
    return [{"title": record.title, "abstract": record.abstract} for record in records]


sys.stdout.write(json.dumps({Path(name).name: read(Path(name)) for name in sys.argv[1:]}))
