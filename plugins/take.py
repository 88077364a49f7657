"""What stands below every table and query: ready lines that fetch exactly the rows in view."""

import json
import re
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl

DATABASE = "phenomena"
VIEW_ONLY = ("_view", "_next", "_show", "_facet_size", "_size", "_hide_sql", "_show_sql")


def addresses(datasette, request):
    """Absolute addresses of the rows in view: CSV whole, JSON as an array, and the query string they share."""
    kept = [
        (key, value) for key, value in parse_qsl(request.query_string, keep_blank_values=True) if key not in VIEW_ONLY
    ]

    def make(extension, **more):
        query = urlencode([*kept, *more.items()])
        path = request.path.rstrip("/") + extension + (f"?{query}" if query else "")
        return datasette.absolute_url(request, path)

    return {
        "csv": make(".csv", _stream="on") if request.path.count("/") > 1 else make(".csv"),
        "json": make(".json", _shape="array", _size="max"),
        "bib": make(".bib"),
        "ris": make(".ris"),
        "csl": make(".csl"),
    }


def reads_as_other(value):
    """Whether a program that guesses types would read a text as a number or a truth value.

    >>> reads_as_other("2405.14860"), reads_as_other("true"), reads_as_other("arxiv-2405-14860"), reads_as_other(2024)
    (True, True, False, False)
    """
    if not isinstance(value, str):
        return False
    try:
        float(value)
    except ValueError:
        return value.strip().casefold() in ("t", "f", "true", "false")
    return True


def text_columns(columns, rows):
    """The columns that a program must be told to read as text: those with such a value in view, and arXiv ids always.

    A column whose page shows any other text needs no word: programs guess a type for all values of a column together.
    """
    found = {"arxiv_id"} & set(columns)
    for row in rows:
        values = (value["value"] if isinstance(value, dict) else value for value in row)  # a foreign key has a label
        found |= {column for column, value in zip(columns, values, strict=True) if reads_as_other(value)}
    return [column for column in dict.fromkeys(columns) if column in found]


def as_text_arguments(columns):
    """What pandas, R and DuckDB must be told to read these columns as text; nothing where there are none."""
    if not columns:
        return "", "", ""
    names = [json.dumps(column, ensure_ascii=False) for column in columns]
    plain = [re.fullmatch(r"[A-Za-z]\w*", column, re.ASCII) for column in columns]
    pandas = ", dtype={" + ", ".join(f"{name}: str" for name in names) + "}"
    in_r = (column if is_plain else name for column, name, is_plain in zip(columns, names, plain, strict=True))
    r = ", colClasses = c(" + ", ".join(f'{name} = "character"' for name in in_r) + ")"
    r += "" if all(plain) else ", check.names = FALSE"  # R would change the other names, and then not find them
    quoted = (column.replace("'", "''") for column in columns)
    return pandas, r, ", types={" + ", ".join(f"'{column}': 'VARCHAR'" for column in quoted) + "}"


def snippets(address, columns, rows):
    """Name and text of the ready lines, for the addresses of some rows; every identifier arrives as it is."""
    csv = address["csv"]
    pandas, r, duckdb = as_text_arguments(text_columns(columns, rows))
    return [
        ("curl", f'curl -o rows.csv "{csv}"'),
        ("pandas", f'import pandas as pd\nrows = pd.read_csv("{csv}"{pandas})'),
        ("R", f'rows <- read.csv("{csv}", encoding = "UTF-8"{r})'),
        ("DuckDB", f"SELECT * FROM read_csv_auto('{csv.replace(chr(39), chr(39) * 2)}'{duckdb});"),
        ("JavaScript", f'const rows = await (await fetch("{address["json"]}")).json();'),
        ("Citations", f'curl -o papers.bib "{address["bib"]}"'),
    ]


@hookimpl
def extra_template_vars(datasette, request):
    if request is None:
        return {}
    return {"take_addresses": lambda: addresses(datasette, request), "take_snippets": snippets}
