"""What stands below every table and query: ready lines that fetch exactly the rows in view, and a card that says how
they were found, for a methods section (PRISMA-S, items 8 and 9: https://doi.org/10.1186/s13643-020-01542-z).
"""

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


def snippets(address):
    """Name and text of the ready lines, for the addresses of some rows."""
    csv, json = address["csv"], address["json"]
    return [
        ("curl", f'curl -o rows.csv "{csv}"'),
        ("pandas", f'import pandas as pd\nrows = pd.read_csv("{csv}")'),
        ("R", f'rows <- read.csv("{csv}", encoding = "UTF-8")'),
        ("DuckDB", f"SELECT * FROM read_csv_auto('{csv.replace(chr(39), chr(39) * 2)}');"),
        ("JavaScript", f'const rows = await (await fetch("{json}")).json();'),
        ("Citations", f'curl -o papers.bib "{address["bib"]}"'),
    ]


def search_card(what, words, sql, params, hits, the_list, address):
    """The search as text to copy: what was searched, how, how many rows, in which state of the data."""
    values = "".join(f"\n  {name} = {value!r}" for name, value in (params or {}).items())
    checksum = the_list["sha256"]
    found = f"{hits:,} row{'' if hits == 1 else 's'}" if hits is not None else "rows"
    return (
        f"Searched: {what}{' ' + words if words else ''}\n"
        f"Found: {found}\n"
        f"List: {the_list['title']} ({the_list['name']}), SHA-256 {checksum}\n"
        f"Rows served: SHA-256 {the_list['content_sha256']}\n"
        f"Address: {address}\n"
        f"SQL: {' '.join((sql or '').split())}{values}\n\n"
        f"Methods sentence: We searched the database “Deep-learning phenomena” ({what}{' ' + words if words else ''}), "
        f"built from the list “{the_list['title']}” (SHA-256 {checksum[:12]}…), on [date], and found {found}; "
        f"the full query strategy is given in the supplement."
    )


@hookimpl
def extra_template_vars(datasette, request):
    if request is None:
        return {}
    return {
        "take_addresses": lambda: addresses(datasette, request),
        "take_snippets": snippets,
        "search_card": search_card,
        "here": datasette.absolute_url(
            request, request.path + (f"?{request.query_string}" if request.query_string else "")
        ),
    }
