"""SQL is limited by address where the environment asks for it, and nowhere else."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click
import httpx
import pytest
from datasette.utils import module_from_path
from servers import start_server

PLUGIN = Path(__file__).parent.parent / "plugins" / "rate_limit.py"
SQL = "/phenomena.json?sql=select+1"


@pytest.mark.parametrize(
    ("variables", "statuses"),
    [({}, [200] * 4), ({"PHENOMENA_SQL_A_MINUTE": "2"}, [200, 200, 429, 429])],
)
def test_who_sends_more_sql_than_is_set_waits_and_still_reads(
    folder: Path, variables: dict[str, str], statuses: list[int]
) -> None:
    server = start_server(folder, **variables)
    try:
        with httpx.Client(base_url=server.address, timeout=60) as client:
            answers = [client.get(SQL) for _ in range(4)]
            assert [answer.status_code for answer in answers] == statuses
            assert [answer.headers.get("retry-after") for answer in answers] == [
                "60" if status == 429 else None for status in statuses
            ]
            assert client.get("/phenomena/papers?_size=2").status_code == 200
    finally:
        server.end()


def test_a_limit_is_a_number_above_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PHENOMENA_SQL_A_MINUTE", raising=False)
    plugin = module_from_path(str(PLUGIN), "rate_limit")
    assert (plugin.read_limit(""), plugin.read_limit("60")) == (None, 60)
    assert not hasattr(plugin, "get_metadata")


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "²"])
def test_what_is_no_limit_is_refused_with_its_remedy(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PHENOMENA_SQL_A_MINUTE", text)
    with pytest.raises(click.ClickException, match="give a number of statements a minute, or unset it"):
        module_from_path(str(PLUGIN), "rate_limit")


def test_a_limit_without_its_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHENOMENA_SQL_A_MINUTE", "60")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(click.ClickException, match="install with: python -m pip install datasette-ip-rate-limit"):
        module_from_path(str(PLUGIN), "rate_limit")
