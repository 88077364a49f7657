"""What deploy/ promises, measured: nginx with deploy/nginx.conf before real replicas, all on loopback.

    make deploy-test
    python benchmarks/deploy.py [--only attacks ...]

Prints one table of figures beside their bars, and exits with 1 where something was counted that must not be: a request
that failed, an answer that mixes builds. Rates and times depend on what else the machine does, and are only printed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import click

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from attackers import ABUSIVE, attack, attacking, trickle  # noqa: E402
from budgets import Row, count_met, make_table  # noqa: E402
from clients import Client, ask_together, percentile, seconds_of  # noqa: E402
from deployed import CUT_OFF, VISITED, Bench, Readers, Replicas, ask_all, know, paths_of, somebody  # noqa: E402
from proxies import BALANCER, find_nginx, kill  # noqa: E402
from servers import read_together  # noqa: E402

COUNT = 3  # replicas
ROUNDS, COLD, CACHED, CLIENTS = 5, 90, 7_000, 8  # of a measurement: how often, requests, and how many at once
KEPT_AT_MOST = 2.0  # seconds that nginx keeps what may be kept for one: it counts in whole seconds
SLOW_CLIENTS, TIMED = 500, 600  # and requests beside them: of fewer, 99 in 100 is one of the slowest two
PACE = 1 / 50  # seconds between two of them, which take longer than a slow client stays
QUIET, LIMITED_PACE = "127.0.0.2", 1 / 18  # an address, and seconds between two requests of it, within its limit
GOOD = (200, 304)


def describe(statuses: Iterable[int]) -> str:
    """How often each status came; 0 is an answer that was cut off."""
    return ", ".join(f"{count:,} × {status}" for status, count in sorted(Counter(statuses).items()))


def measure_throughput(bench: Bench) -> Iterator[Row]:
    """Requests per second before 1, 2 and 3 replicas: pages that nobody has asked for, and those of most visits."""
    rates: dict[tuple[str, int], list[float]] = {}
    costs: list[float] = []
    visited = VISITED * (CACHED // len(VISITED))
    with Replicas(bench.builds["new"], COUNT) as replicas:
        for count in [*range(1, COUNT + 1)] * ROUNDS:
            with bench.proxy(replicas, count) as address:
                ask_together(address, VISITED, 1, BALANCER, somebody)
                rates.setdefault(("cold", count), []).append(rate_of(address, bench.take(COLD)))
                before = seconds_of(bench.master)
                rates.setdefault(("cached", count), []).append(rate_of(address, visited))
                costs.append(1000 * (seconds_of(bench.master) - before) / len(visited))
            if count == 1:
                rates.setdefault(("direct", 1), []).append(rate_of(replicas.addresses[0], bench.take(COLD)))
    best = {place: max(some) for place, some in rates.items()}  # others may use the machine
    yield from rows_of_throughput(best, f"nginx: {min(costs):.2f} ms of a processor per request")


def rate_of(address: str, paths: Sequence[str]) -> float:
    """Requests per second."""
    answers, seconds = ask_together(address, paths, CLIENTS, BALANCER, somebody)
    assert {answer.status for answer in answers} == {200}
    return len(answers) / seconds


def rows_of_throughput(rates: dict[tuple[str, int], float], cost: str) -> Iterator[Row]:
    """The rates. Two cores are shared by clients, nginx and replicas, so a third replica may add nothing."""
    one = rates["cold", 1]
    compare = partial(Row, unit="/s", of_reference=True, at_least=True)
    yield compare("new pages, 1 replica", one, limit=0.7, reference=rates["direct", 1], beside="/s, without nginx")
    more = {count: rates["cold", count] for count in range(2, COUNT + 1)}
    for count, rate in more.items():
        yield compare(f"new pages, {count} replicas", rate, limit=0.8, reference=one, beside="/s, 1 replica")
    yield compare("  the best of these", max(more.values()), limit=1.1, reference=one, beside="/s, 1 replica")
    for count in range(1, COUNT + 1):
        title, new = f"visited pages, {count} replica{'s' if count > 1 else ''}", rates["cold", count]
        yield compare(title, rates["cached", count], limit=4, reference=new, beside="/s, new", note=cost)


def measure_kills(bench: Bench) -> Iterator[Row]:
    """Two of three replicas killed under load, one after another; then the last, after which nginx is a mirror."""
    paths = [*paths_of(bench.builds["new"]), *bench.take(300)]
    with Replicas(bench.builds["new"], COUNT) as replicas:
        with bench.proxy(replicas) as address:
            with Readers(address, paths) as readers:
                for number in range(COUNT - 1):
                    readers.wait_for(200)
                    kill(replicas.servers[number])
                readers.wait_for(200)
            kept = ask_all(address, VISITED)
            kill(replicas.servers[-1])
            found = [ask_all(address, VISITED)]
            (other,) = ask_all(address, ["/phenomena/authors?_size=7"])
        with bench.proxy_again(replicas) as address:
            found.append(ask_all(address, VISITED))
    failed = [visit.status for visit in readers.visits if visit.status not in (*GOOD, CUT_OFF)]
    note = f"of {len(readers.visits):,}; {describe(failed)}".rstrip("; ")
    yield Row("2 of 3 replicas killed: failed requests", len(failed), "", 0, note=note)
    cut = sum(visit.status == CUT_OFF for visit in readers.visits)
    yield Row("  answers half sent just then", cut, "", COUNT - 1, note="which nobody can go on with")
    lost = sum(one.identity != old.identity for some in found for one, old in zip(some, kept, strict=True))
    note = f"of {len(kept)}, twice: nginx restarted in between; a page not visited before: {other.status}"
    yield Row("all replicas killed: visited pages lost", lost, "", 0, note=note)


def measure_swap(bench: Bench) -> Iterator[Row]:
    """A new build brought in by restarting one replica after another, under load."""
    paths = paths_of(*bench.builds.values())
    with Replicas(bench.builds["old"], COUNT) as replicas:
        old = know(replicas.servers[0], paths)
        with bench.proxy(replicas) as address, Readers(address, paths) as readers:
            readers.wait_for(300)
            for number in range(COUNT):
                replicas.replace(number, bench.builds["new"])
                readers.wait_for(50)
            over = time.perf_counter() + KEPT_AT_MOST
            while time.perf_counter() < over + KEPT_AT_MOST:
                readers.wait_for(50)
        new = know(replicas.servers[0], paths)
    assert not old & new
    answers = [visit for visit in readers.visits if visit.status in GOOD]
    failed = [visit.status for visit in readers.visits if visit.status not in GOOD]
    mixed = [visit for visit in answers if visit.identity not in old | new]
    late = [visit for visit in answers if visit.started > over]
    counts = Counter(visit.identity in new for visit in answers)
    note = f"of {len(answers):,}: {counts[False]:,} of the old build, {counts[True]:,} of the new"
    yield Row("rolling restart: answers of mixed builds", len(mixed), "", 0, note=note)
    outdated = sum(visit.identity not in new for visit in late)
    yield Row(f"  {KEPT_AT_MOST:g} s later: answers of the old build", outdated, "", 0, note=f"of {len(late):,}")
    yield Row("  failed requests", len(failed), "", 0, note=describe(failed))


def measure_attacks(bench: Bench) -> Iterator[Row]:
    """Pages beside slow clients, and those of one address beside another that is abusive."""
    with Replicas(bench.builds["new"], COUNT) as replicas, bench.proxy(replicas) as address:
        for one in replicas.addresses:  # the first page of a template takes some 40 ms
            ask_all(one, [*VISITED, *bench.take(10, "papers")])
        quiet = time_pages(bench, address, TIMED // 2, BALANCER, PACE)
        with attacking(trickle, address, SLOW_CLIENTS):
            slow = time_pages(bench, address, TIMED, BALANCER, PACE)
            held = read_together(bench.master)
        quiet += time_pages(bench, address, TIMED // 2, BALANCER, PACE)
        yield from rows_of_times(f"{SLOW_CLIENTS} slow clients", quiet, slow, 99, 3)
        yield Row("  memory of nginx", held, "MB", 256, note="its limit in compose.yml and kubernetes.yml")
        quiet = time_pages(bench, address, 120, QUIET, LIMITED_PACE)
        with attacking(attack, address) as statuses:
            attacked = time_pages(bench, address, 120, QUIET, LIMITED_PACE)
            with Client(address, QUIET) as client:
                sql = [client.get(f"/phenomena.json?sql=select+{number}") for number in range(3)]
        quiet += time_pages(bench, address, 120, QUIET, LIMITED_PACE)
        yield from rows_of_times(f"beside an abusive {ABUSIVE}", quiet, attacked, 95, 5)
        longest = max(one.seconds if one.status == 200 else float("inf") for one in sql)
        yield Row("  SQL of its own, the longest", longest, "s", 2)
        counts = statuses.result()
        note = describe(counts.elements())
        yield Row("  refused of the abusive one", counts[429], "", 1, at_least=True, note=note)


def time_pages(bench: Bench, address: str, count: int, source: str, pace: float) -> list[float]:
    """Milliseconds of so many requests, half of them for pages of most visits; infinite where one fails.

    The others are for papers: where some pages cost more than others, chance decides which measurement has them.
    """
    times = []
    with Client(address, source) as client:
        for number, fresh in enumerate(bench.take(count // 2, "papers")):
            for path in (fresh, VISITED[number % len(VISITED)]):
                answer = client.get(path, **somebody())
                times.append(1000 * answer.seconds if answer.status == 200 else float("inf"))
                time.sleep(max(0.0, pace - answer.seconds))
    return times


def rows_of_times(name: str, quiet: list[float], loud: list[float], percent: int, bar: float) -> Iterator[Row]:
    """The time within which so many of a hundred pages came, beside that of a quiet site."""
    title, note = f"{name}: pages' p{percent}", f"medians {median(quiet):.1f} and {median(loud):.1f} ms"
    calm, harmed = (percentile(times, percent / 100) for times in (quiet, loud))
    yield Row(title, harmed, "ms", bar, calm, "ms, quiet", True, note=note)
    yield Row("  failed requests", sum(one == float("inf") for one in loud), "", 0, note=f"of {len(loud)}")


PARTS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "throughput": measure_throughput,
    "kills": measure_kills,
    "swap": measure_swap,
    "attacks": measure_attacks,
}


@click.command(help=__doc__)
@click.option("--only", multiple=True, type=click.Choice(list(PARTS)), default=list(PARTS), help="Measure only this.")
def main(only: tuple[str, ...]) -> None:
    nginx = find_nginx()
    if not nginx:
        raise click.ClickException("There is no nginx here. Install it (Debian: apt-get install nginx-light).")
    started, rows = time.perf_counter(), list[Row]()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(nginx, Path(folder))
        for name in only:
            rows += PARTS[name](bench)
            print(f"{name} measured after {time.perf_counter() - started:.0f} s", flush=True)
    print(f"\n{make_table(rows)}\n{count_met(rows)}; {time.perf_counter() - started:.0f} s")
    sys.exit(not all(row.is_met for row in rows if not row.unit))


if __name__ == "__main__":
    main()
