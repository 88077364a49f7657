"""What other plugins may tell the sandbox."""

from collections.abc import Iterable
from typing import Any

from datasette import hookspec


@hookspec
def sandbox_bound_parameters(datasette: Any) -> Iterable[str]:
    """Names of parameters of the address that a plugin reads, and puts into SQL as bound values only."""
    return ()
