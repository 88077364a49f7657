"""A limit of SQL by address, for a site without a proxy: off unless PHENOMENA_SQL_A_MINUTE says how much one may send.

The package datasette-ip-rate-limit counts, and answers 429 for a minute to who sends more. Behind a proxy all readers
come from one address and would be counted as one, so there the proxy has to limit.
"""

import importlib.util
import os

import click
from datasette import hookimpl

VARIABLE = "PHENOMENA_SQL_A_MINUTE"
PACKAGE = "datasette-ip-rate-limit"


def read_limit(text):
    """Statements a minute, or None where no limit is set. Raises ClickException for what is no number above 0."""
    if not text:
        return None
    if not (text.isdecimal() and int(text)):
        raise click.ClickException(f"{VARIABLE} is {text!r}; give a number of statements a minute, or unset it")
    if importlib.util.find_spec(PACKAGE.replace("-", "_")) is None:
        raise click.ClickException(f"{VARIABLE} needs {PACKAGE}; install with: python -m pip install {PACKAGE}")
    return int(text)


if limit := read_limit(os.environ.get(VARIABLE, "")):
    RULE = {
        "name": "sql",
        "paths": ["/phenomena", "/phenomena.*"],
        "query_params_min": 1,
        "window_seconds": 60,
        "max_requests": limit,
        "block_seconds": 60,
    }

    @hookimpl
    def get_metadata():
        return {"plugins": {PACKAGE: {"rules": [RULE]}}}
