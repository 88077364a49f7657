"""Lists read by a Dask cluster give the rows of local processes; and what is said of a cluster that can't be used."""

from __future__ import annotations

import os
import platform
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from clusters import die_once, start_scheduler, start_workers
from lists import NESTED, make_entry, write_list
from sites import ROOT

import build
from phenomena.reader import cluster
from phenomena.reader.cluster import ClusterError, check_cluster, cluster_pool, connect
from phenomena.reader.collection import read_collection
from phenomena.reader.limits import USUAL
from phenomena.reader.many import read_lists, try_to_read
from phenomena.reader.reading import read_list
from phenomena.reader.source import read_source
from phenomena.reader.workers import map_in_order


@dataclass(frozen=True)
class Cluster:
    """A scheduler's address and process."""

    address: str
    scheduler: int


@pytest.fixture(scope="module")
def dask() -> None:
    """A test that asks for it does not run where Dask isn't installed."""
    pytest.importorskip("distributed", reason="needs requirements-dask.txt")


@pytest.fixture(scope="module")
def shared(dask: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers, each a process of its own. The last test of this file ends it."""
    folder = tmp_path_factory.mktemp("workers")
    with (
        start_scheduler() as (process, address),
        start_workers(address, folder, "--no-nanny"),
        start_workers(address, folder, "--no-nanny"),
    ):
        yield Cluster(address, process)


@pytest.fixture(scope="module")
def twenty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty lists of ten entries, half of which the next list has too; and one that can't be read."""
    folder = tmp_path_factory.mktemp("twenty")
    for number in range(20):
        entries = [make_entry(one, topic="Grokking") for one in range(5 * number + 1, 5 * number + 11)]
        (folder / f"{number}.md").write_text(write_list(entries, NESTED).replace("A List", f"List {number}"), "utf-8")
    names = [*range(20), "none"]
    (folder / "lists.toml").write_text("".join(f'[[list]]\nlocation = "{one}.md"\n' for one in names), "utf-8")
    return folder / "lists.toml"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(build.main, [str(word) for word in words])


def test_a_cluster_reads_what_local_processes_read(shared: Cluster, twenty: Path) -> None:
    lists = read_collection(twenty).lists
    with cluster_pool(shared.address) as pool:
        found, unread = read_lists(lists, pool=pool)
    assert (found, unread) == read_lists(lists)
    assert (len(found), sum(len(one.reading.entries) for one in found), len(unread)) == (20, 200, 1)


def test_a_list_alone_is_read_by_its_parts(shared: Cluster, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text(write_list([make_entry(one, year=one) for one in range(2000, 2020)], NESTED))
    source = read_source(str(tmp_path / "list.md"))
    with cluster_pool(shared.address) as pool:
        assert read_list(source, pool=pool, part_lines=20) == read_list(source)


def test_paths_are_found_from_another_folder(
    shared: Cluster, twenty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers run in the repository's folder, and the command in that of the lists."""
    monkeypatch.chdir(twenty.parent)
    found = [run("lists.toml", "--check", *more) for more in ((), ("--scheduler", shared.address))]
    assert [one.exit_code for one in found] == [0, 0]
    local, by_cluster = (one.output for one in found)
    assert by_cluster == local.replace("left out: none.md", f"left out: {twenty.parent / 'none.md'}")
    assert local.startswith("105 papers in 200 entries, 20 topics, 20 lists, ")


def test_what_a_killed_worker_had_is_read_by_another(shared: Cluster, twenty: Path, tmp_path: Path) -> None:
    """The worker that gets the first list kills itself with SIGKILL; nothing is lost, and one worker is left."""
    lists = read_collection(twenty).lists
    read = partial(try_to_read, limits=USUAL)
    with cluster_pool(shared.address) as pool, connect(shared.address) as client:
        assert len(client.scheduler_info()["workers"]) == 2
        found = list(map_in_order(partial(die_once, tmp_path / "mark", read), lists, pool))
        assert len(client.scheduler_info()["workers"]) == 1
    assert found == list(map(read, lists))


def test_a_defect_is_not_hidden_by_the_cluster(shared: Cluster) -> None:
    with pytest.raises(ZeroDivisionError), cluster_pool(shared.address) as pool:
        list(map_in_order(partial(divmod, 1), [1, 0, 1], pool))


PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
OTHER = f"has Python {PYTHON}, and here it is 3.99. Install the same version in both places."


def test_a_cluster_of_another_version_is_refused(shared: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.describe.cache_clear()
    monkeypatch.setattr(platform, "python_version", lambda: "3.99.1")
    result = run(ROOT / "phenomena.md", "--check", "--scheduler", shared.address)
    cluster.describe.cache_clear()
    assert result.exit_code == 1
    assert re.fullmatch(f"build.py: {shared.address}: tcp://127.0.0.1:[0-9]+ {OTHER}\n", result.output)


def test_a_worker_that_comes_later_is_checked_too(shared: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    other = {**cluster.describe(), "Python": "3.99"}
    with pytest.raises(ClusterError, match=f"^a worker on .* {OTHER}$"), cluster_pool(shared.address) as pool:
        monkeypatch.setattr(cluster, "describe", lambda: other)
        list(map_in_order(abs, [-1], pool))


class Unknown:
    """A function of a program that a worker doesn't have."""

    def __reduce__(self) -> tuple[Any, ...]:
        return import_module, ("no_such_program",)

    def __call__(self) -> None: ...


def test_a_worker_without_this_program_is_refused(shared: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "describe", Unknown())
    with (
        connect(shared.address) as client,
        pytest.raises(ClusterError, match=r": tcp://\S+ can't run this program \(.*no_such_program"),
    ):
        check_cluster(client, shared.address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("scheduler", "is not a scheduler's address (missing port number in address 'scheduler'). "),
        ("ftp://127.0.0.1:1", "is not a scheduler's address (unknown address scheme 'ftp' (known schemes: ["),
        ("tcp://127.0.0.1:1", "no scheduler answers in 0 seconds. Check the address, or start one with `dask sch"),
    ],
)
def test_an_address_without_a_scheduler_is_refused(
    dask: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    monkeypatch.setattr(cluster, "SECONDS", 0.1)
    target = tmp_path / "phenomena.db"
    result = run(ROOT / "phenomena.md", "--scheduler", address, "--database", target)
    assert (result.exit_code, result.output[: len(address + said) + 12]) == (1, f"build.py: {address}: {said}")
    assert not target.exists()


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run(ROOT / "phenomena.md", "--check", "--scheduler", "tcp://127.0.0.1:1")
    assert (result.exit_code, result.output) == (
        1, "build.py: --scheduler needs distributed. Install: python -m pip install distributed "
        "(in a checkout: -r requirements-dask.txt)\n"
    )  # fmt: skip


def test_a_lost_scheduler_is_reported(shared: Cluster, twenty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "SECONDS", 1.0)  # for which it is looked for again
    lists = [replace(one, name=str(number)) for number, one in enumerate(read_collection(twenty).lists * 10)]
    with (
        pytest.raises(ClusterError, match=f"^{shared.address}: the scheduler is lost. Restart it, then run this"),
        cluster_pool(shared.address) as pool,
    ):
        results = map_in_order(partial(try_to_read, limits=USUAL), lists, pool)
        next(results)
        os.kill(shared.scheduler, signal.SIGKILL)
        list(results)
