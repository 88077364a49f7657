"""The proxy of deploy/ on loopback: this machine's nginx with deploy/nginx.conf as it is, before real replicas.

Linux only: all of 127.0.0.0/8 are addresses of the machine there, so clients of many addresses can be had.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from servers import Server, start_server
from sites import ROOT

DEPLOY = ROOT / "deploy"
PUBLIC = "https://papers.example.org"
BALANCER = "127.0.0.9"  # whose X-Forwarded-For the proxy can be configured to trust
UNUSED = range(20_000, 32_000)  # ports that the system gives to no connection, so a replica finds its own free again


def find_nginx() -> str | None:
    """The nginx of this machine; Debian has it where only root looks."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def find_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 on which nobody listens."""
    found: list[int] = []
    for port in random.sample(UNUSED, len(UNUSED)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            break
    return found


def place_of(address: str) -> str:
    """Host and port of an address.

    >>> place_of("http://127.0.0.1:8001")
    '127.0.0.1:8001'
    """
    return address.rpartition("/")[2]


def start_replica(folder: Path, port: int, **variables: str) -> Server:
    """A replica of a folder's site on a port, with a public address, which lets proxies keep its answers."""
    return start_server(folder, "--port", str(port), python=None, PHENOMENA_PUBLIC_URL=PUBLIC, **variables)


def run_proxy(nginx: str, folder: Path, replicas: Sequence[str], *arguments: str, **variables: str) -> str:
    """Run deploy/proxy.sh with its files in a folder; gives what nginx has to say.

    `variables` are its environment. nginx answers when this returns. Raises AssertionError where it doesn't start.
    """
    own = {
        "PATH": f"{Path(nginx).parent}:{os.environ['PATH']}",
        "REPLICAS": " ".join(map(place_of, replicas)),
        "STATE": str(folder / "state"),
        "CONF": str(folder / "conf"),
    }
    is_root = ["-g", "user root;"] if os.getuid() == 0 else []  # else nginx's workers could not enter the folder
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    with log.open("w") as output:  # a pipe would stay open as long as nginx runs
        command = ["sh", str(DEPLOY / "proxy.sh"), *is_root, *arguments]
        done = subprocess.run(command, env=os.environ | own | variables, stdout=output, stderr=output)
    assert done.returncode == 0, log.read_text()
    return log.read_text()


@contextlib.contextmanager
def proxying(nginx: str, folder: Path, replicas: Sequence[str], **variables: str) -> Iterator[str]:
    """The address of a proxy before replicas, whose cache stays in the folder when it has ended."""
    (port,) = find_ports(1)
    run_proxy(nginx, folder, replicas, LISTEN=f"127.0.0.1:{port}", **variables)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        end(int((folder / "state" / "nginx.pid").read_text()))


def end(process: int) -> None:
    """End a process that is no child of this one, and wait until it is gone."""
    handle = os.pidfd_open(process)
    try:
        signal.pidfd_send_signal(handle, signal.SIGTERM)
        select.select([handle], [], [])
    finally:
        os.close(handle)


def kill(replica: Server) -> None:
    """End a replica as a crash does. Its workers end by themselves."""
    replica.process.kill()
    replica.end()
