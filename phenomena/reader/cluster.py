"""A Dask cluster as the pool that reads lists. The one module that uses distributed, imported when it is asked for.

What a worker lost is computed by another one: the scheduler sees to it. A list is read where it is declared to be, so
its path or address must mean the same to every worker.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import platform
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, wait
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .failure import BuildError
from .libraries import check_libraries
from .workers import Pool

if TYPE_CHECKING:
    from distributed import Client

SECONDS = 10.0  # for the scheduler to answer, and for a first worker to be there
START = "Start one with `dask worker {address}` where this program is installed."


class ClusterError(BuildError):
    """A cluster can't be used; the message says which, why and what to do."""


@contextmanager
def cluster_pool(address: str) -> Iterator[Pool]:
    """The workers of the scheduler at an address, as a pool.

    Raises MissingLibraryError without distributed, and ClusterError where there is no scheduler, where it has no
    worker, or one with another version of this program; also within the block, where the scheduler is lost, or several
    workers in turn die of the same list.
    """
    check_libraries("--scheduler", ["distributed"], "requirements-dask.txt")
    from distributed import KilledWorker

    with connect(address) as client:
        check_cluster(client, address)
        try:
            yield partial(ClusterExecutor, client)
        except CancelledError:
            raise ClusterError(f"{address}: the scheduler is lost. Restart it, then run this again.") from None
        except KilledWorker as error:
            raise ClusterError(
                f"{address}: {error.allowed_failures + 1} workers died reading the same list. Give workers more memory."
            ) from None


class ClusterExecutor(Executor):
    """The client's own executor, but nobody waits for what a lost scheduler will never give."""

    def __init__(self, client: Client) -> None:
        self.client, self.executor = client, client.get_executor(pure=False)

    def submit(self, run: Callable[..., Any], /, *values: Any, **options: Any) -> Future[Any]:
        """A result to wait for. Raises CancelledError where the scheduler is lost."""
        if self.client.status == "closed":
            raise CancelledError
        return ClusterFuture(self.client, self.executor.submit(run_alike, describe(), run, *values, **options))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what nobody has taken."""
        if self.client.status == "running":
            self.executor.shutdown(wait=False)


class ClusterFuture(Future[Any]):
    """A result that comes from a cluster, or never, when its client is closed."""

    def __init__(self, client: Client, future: Future[Any]) -> None:
        super().__init__()
        self.client, self.future = client, future

    def result(self, timeout: float | None = None) -> Any:
        """The result; raises CancelledError where the scheduler is lost."""
        while not wait([self.future], timeout=1).done:
            if self.client.status == "closed":
                raise CancelledError
        return self.future.result()

    def cancel(self) -> bool:
        """Have it not computed, unless it has begun."""
        return self.future.cancel()


@contextmanager
def connect(address: str) -> Iterator[Client]:
    """A client of the scheduler at an address."""
    from distributed import Client, Security
    from distributed.comm import connect as reach

    async def try_address() -> None:
        comm = await reach(address, timeout=SECONDS, **Security().get_connection_args("client"))
        await comm.close()

    try:
        asyncio.run(try_address())  # a client that can't connect can't be closed in silence
    except ValueError as error:
        raise ClusterError(
            f"{address}: is not a scheduler's address ({error}). Write one as tcp://host:8786."
        ) from None
    except OSError:
        raise ClusterError(
            f"{address}: no scheduler answers in {SECONDS:.0f} seconds. Check the address, or start one with "
            "`dask scheduler`."
        ) from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost scheduler is said below, once
    with Client(address, timeout=SECONDS, set_as_default=False) as client:
        yield client


def check_cluster(client: Client, address: str) -> None:
    """Raise ClusterError unless there are workers, which would all read a list as this process does.

    The scheduler must run this program too: it unpacks what it passes on.
    """
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError:
        raise ClusterError(f"{address}: the scheduler has no worker. {START.format(address=address)}") from None
    found: dict[str, Any] = client.run(describe, on_error="return")
    try:
        found["the scheduler"] = client.run_on_scheduler(describe)
    except Exception as error:  # of any kind that its side can raise
        found["the scheduler"] = error
    for place, there in found.items():
        if isinstance(there, BaseException):
            raise ClusterError(f"{address}: {place} can't run this program ({there}). Install it there.")
        compare(f"{address}: {place}", there, describe())


@cache
def describe() -> Mapping[str, str]:
    """What decides how a list is read: versions of Python and the parser, and a checksum of this program's files."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    code = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return {
        "Python": platform.python_version().rpartition(".")[0],
        "markdown-it-py": version("markdown-it-py"),
        "the reader's checksum": code[:12],
    }


def compare(place: str, there: Mapping[str, str], here: Mapping[str, str]) -> None:
    """Raise ClusterError where a place has another version than here."""
    for name, wanted in here.items():
        if there[name] != wanted:
            raise ClusterError(
                f"{place} has {name} {there[name]}, and here it is {wanted}. Install the same version in both places."
            )


def run_alike(here: Mapping[str, str], run: Callable[..., Any], *values: Any) -> Any:
    """What a function gives on a worker, which may have come after all were checked. Raises ClusterError as then."""
    compare(f"a worker on {platform.node()}", describe(), here)
    return run(*values)
