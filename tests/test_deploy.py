"""What deploy/ holds: files that agree with each other and, where nginx is installed, a proxy before a real replica."""

from __future__ import annotations

import shutil
import socket
import ssl
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import httpx
import pytest
import trustme
import yaml
from builds import LISTS
from proxies import BALANCER, DEPLOY, PUBLIC, find_ports, place_of, proxying, run_proxy, start_replica
from sites import ROOT, make_folder

COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
VARIABLES = {"REGISTRY": "registry.example.org", "TAG": "1", "PHENOMENA_PUBLIC_URL": PUBLIC, "TRUSTED": ""}
MANIFEST = Template((DEPLOY / "kubernetes.yml").read_text("utf-8")).substitute(VARIABLES)
PORT = 8001
SEEN = """
from datasette import Response, hookimpl

@hookimpl
def register_routes():
    return [("^/-/seen$", lambda request: Response.json(request.scope["client"][0]))]
"""


# Files that agree


def without(service: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in service.items() if key != name}


def test_replicas_of_compose_differ_by_their_address_alone_and_the_proxy_knows_all() -> None:
    services = dict(COMPOSE["services"])
    proxy = services.pop("proxy")
    first, *others = services.values()
    assert len(others) == 2
    assert all(without(other, "networks") == without(first, "networks") for other in others)
    addresses = [service["networks"]["inside"]["ipv4_address"] for service in services.values()]
    assert proxy["environment"]["REPLICAS"] == " ".join(f"{address}:{PORT}" for address in addresses)
    assert first["environment"]["FORWARDED_ALLOW_IPS"] == proxy["networks"]["inside"]["ipv4_address"]
    assert "ports" not in first and COMPOSE["networks"]["inside"]["internal"]


@pytest.mark.parametrize("service", COMPOSE["services"].values(), ids=list(COMPOSE["services"]))
def test_a_container_of_compose_may_write_nothing_and_has_bounds(service: dict[str, Any]) -> None:
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"] and service["pids_limit"]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """The specifications of the manifest by name."""
    return {one["metadata"]["name"]: one["spec"] for one in yaml.safe_load_all(MANIFEST) if one["kind"] == kind}


@pytest.mark.parametrize("name", ["site", "proxy"])
def test_pods_are_replaced_before_they_end_and_may_write_nothing(name: str) -> None:
    deployment, budget = of_kind("Deployment")[name], of_kind("PodDisruptionBudget")[name]
    assert deployment["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert 0 < budget["minAvailable"] < deployment["replicas"]
    pod = deployment["template"]["spec"]
    assert (pod["securityContext"]["runAsNonRoot"], pod["automountServiceAccountToken"]) == (True, False)
    (container,) = pod["containers"]
    bare = {"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    assert container["securityContext"] == bare
    assert container["image"] == f"registry.example.org/phenomena-{name}:1"
    assert {"readinessProbe", "livenessProbe", "lifecycle"} < container.keys() and container["resources"]["limits"]


def test_replicas_of_the_cluster_believe_whoever_connects_and_only_proxies_can() -> None:
    (container,) = of_kind("Deployment")["site"]["template"]["spec"]["containers"]
    assert {"name": "FORWARDED_ALLOW_IPS", "value": "*"} in container["env"]
    policy = of_kind("NetworkPolicy")["site"]
    labels = of_kind("Deployment")["proxy"]["template"]["metadata"]["labels"]
    assert policy["podSelector"]["matchLabels"] == of_kind("Deployment")["site"]["template"]["metadata"]["labels"]
    assert policy["ingress"] == [{"from": [{"podSelector": {"matchLabels": labels}}], "ports": [{"port": PORT}]}]
    assert (policy["policyTypes"], policy.get("egress")) == (["Ingress", "Egress"], None)


def test_images_are_built_from_all_that_the_package_holds() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    sent = {path.name for line in lines if line.startswith("!") for path in ROOT.glob(line[1:])}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    packed = {Path(name).parts[0] for name in (*wheel["packages"], *wheel["force-include"])}
    assert packed | {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "requirements.txt"} <= sent
    assert {"phenomena.md", "phenomena.history.csv", "phenomena.positions.csv", "nginx.conf", "proxy.sh"} <= sent
    assert not sent & {"deploy", "tests", "notebooks", "benchmarks"}


# nginx before a replica


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a short site that says at /-/seen which client it sees."""
    folder = tmp_path_factory.mktemp("replica")
    (folder / "list.md").write_text(LISTS["old"], "utf-8")
    site = make_folder(folder / "site", folder / "list.md")
    (site / "plugins").unlink()
    shutil.copytree(ROOT / "plugins", site / "plugins")
    (site / "plugins" / "seen.py").write_text(SEEN)
    with start_replica(site, *find_ports(1)) as server:
        yield server.address


@pytest.fixture(scope="module")
def proxy(nginx: str, replica: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the proxy before it."""
    with proxying(nginx, tmp_path_factory.mktemp("proxy"), [replica], TRUSTED=BALANCER) as address:
        yield address


def get(address: str, source: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """An answer; `source` is the address that asks."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=source, verify=False)) as client:
        return client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def certificate(tmp_path: Path) -> trustme.CA:
    """A certificate of 127.0.0.1 in the folder `tls`, and who has signed it."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    (tmp_path / "tls").mkdir()
    issued.private_key_pem.write_to_path(tmp_path / "tls" / "tls.key")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "tls" / "tls.crt")
    return authority


def test_nginx_takes_the_configuration_without_a_warning(nginx: str, tmp_path: Path, certificate: trustme.CA) -> None:
    plain, secure = (f"127.0.0.1:{port}" for port in find_ports(2))
    for variables in ({"LISTEN": plain}, {"LISTEN": plain, "TLS": str(tmp_path / "tls"), "TLS_LISTEN": secure}):
        said = run_proxy(nginx, tmp_path, ["127.0.0.1:1"], "-t", **variables)
        assert [line.rpartition(" ")[2] for line in said.splitlines()] == ["ok", "successful"]


def test_an_answer_is_kept_once_for_everybody(proxy: str, replica: str) -> None:
    first = get(f"{proxy}/charts", accept_encoding="gzip, br")
    again = get(f"{proxy}/charts", accept_encoding="zstd, gzip;q=0.5", cookie="ds_actor=x")
    unpacked = get(f"{proxy}/charts", accept_encoding="br, gzip;q=0", via="1.1 another")
    direct = get(f"{replica}/charts", accept_encoding="gzip")
    assert first.headers["cache-status"] == "nginx; fwd=uri-miss"
    for one in (again, unpacked):
        assert one.headers["cache-status"] in ("nginx; hit", "nginx; fwd=stale; fwd-status=304")
    for one in (first, again, unpacked):
        assert (one.status_code, one.headers["etag"], one.text) == (200, direct.headers["etag"], direct.text)
        unchanged = get(f"{proxy}/charts", if_none_match=one.headers["etag"])
        assert (unchanged.status_code, unchanged.headers["etag"]) == (304, direct.headers["etag"])
    forms = [one.headers.get("content-encoding") for one in (first, again, unpacked)]
    assert forms == ["gzip", "gzip", None]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/phenomena/papers.csv?_stream=on", "nginx; fwd=bypass"),
        ("/phenomena.db", "nginx; fwd=bypass"),
        ("/data/papers.parquet", "nginx; fwd=bypass"),
        ("/charts?_ttl=86400", "nginx; fwd=bypass"),
        ("/static/site.css?01234567", "nginx; fwd=uri-miss"),  # of another version
        ("/phenomena.json?sql=select+random()", "nginx; fwd=uri-miss"),
        ("/none", "nginx; fwd=uri-miss"),
    ],
)
def test_what_may_differ_later_is_not_kept(proxy: str, path: str, status: str) -> None:
    assert [get(proxy + path).headers["cache-status"] for _ in range(2)] == [status] * 2


def test_a_replica_sees_the_readers_address_and_believes_no_other(proxy: str, replica: str) -> None:
    claimed = "192.0.2.7"
    assert get(f"{proxy}/-/seen", "127.0.0.2", x_forwarded_for=claimed).json() == "127.0.0.2"
    assert get(f"{proxy}/-/seen", BALANCER, x_forwarded_for=f"{claimed}, 192.0.2.8").json() == "192.0.2.8"
    assert get(f"{replica}/-/seen", "127.0.0.3", x_forwarded_for=claimed).json() == "127.0.0.3"


def test_the_longest_address_passes_and_a_body_does_not(proxy: str, replica: str) -> None:
    path = "/phenomena/papers?_search=" + "%61" * 10_000
    assert get(proxy + path).status_code == get(replica + path).status_code == 200
    assert httpx.post(proxy, content=b"x").status_code == 405
    assert httpx.post(proxy, content=b"x" * 1_025).status_code == 413


def ask_at_once(address: str, source: str, connections: int, each: int) -> Counter[str]:
    """The statuses of as many requests on each of so many connections, all sent before any answer is read."""
    host, _, port = place_of(address).partition(":")
    opened = [socket.create_connection((host, int(port)), source_address=(source, 0)) for _ in range(connections)]
    for one in opened:
        one.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n" * (each - 1))
        one.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    received = b"".join(b"".join(iter(lambda one=one: one.recv(65_536), b"")) for one in opened)
    for one in opened:
        one.close()
    return Counter(line[9:12].decode() for line in received.splitlines() if line.startswith(b"HTTP/1.1 "))


def test_who_asks_too_fast_is_refused_and_nobody_else(proxy: str) -> None:
    statuses = ask_at_once(proxy, "127.0.0.4", 30, 4)
    assert (statuses.keys(), statuses.total()) == ({"200", "429"}, 120)
    assert get(f"{proxy}/robots.txt", "127.0.0.5").status_code == 200


def test_without_replicas_what_was_visited_stays(nginx: str, replica: str, tmp_path: Path) -> None:
    dead = f"127.0.0.1:{find_ports(1)[0]}"
    paths = ["/", "/charts", "/phenomena/papers", "/phenomena/papers?_sort=year", "/new", "/phenomena/topics"]
    with proxying(nginx, tmp_path, [dead, replica]) as address:
        visited = [get(address + path) for path in paths]
    assert [one.status_code for one in visited] == [200] * len(paths), "the next replica answers for a dead one"
    with proxying(nginx, tmp_path, [dead]) as address:
        wait_until_old(f"{address}{paths[-1]}")
        kept = [get(address + path) for path in paths]
        other = get(f"{address}/phenomena/venues")
    assert [one.headers["cache-status"] for one in kept] == ["nginx; hit; detail=stale"] * len(paths)
    assert [one.content for one in kept] == [one.content for one in visited]
    assert (other.status_code, other.headers["retry-after"]) == (503, "10")
    assert other.text == "The site is down, and this page is none of those kept meanwhile. Please try again soon.\n"


def wait_until_old(address: str) -> None:
    """Ask until an answer is older than it says. nginx's limit sets the pace, and refuses none: each is waited for."""
    with httpx.Client() as client:
        while (answer := client.get(address)).headers["cache-status"] == "nginx; hit":
            assert answer.status_code == 200


def test_browsers_get_http_2(nginx: str, replica: str, tmp_path: Path, certificate: trustme.CA) -> None:
    context = ssl.create_default_context()
    certificate.configure_trust(context)
    secure = f"127.0.0.1:{find_ports(1)[0]}"
    variables = {"TLS": str(tmp_path / "tls"), "TLS_LISTEN": secure}
    with (
        proxying(nginx, tmp_path, [replica], **variables) as address,
        httpx.Client(http2=True, verify=context) as client,
    ):
        page = client.get(f"https://{secure}/")
        led = client.get(f"{address}/charts?x=1")
    assert (page.status_code, page.http_version) == (200, "HTTP/2")
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert (led.status_code, led.headers["location"]) == (308, "https://127.0.0.1/charts?x=1")
