"""Options and what several test files share: the small list, the shipped edition, a served database."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--source-list", default="", help="path of the keeper's list, for the tests that compare with it")


def pytest_report_header(config: pytest.Config) -> str:
    path = config.getoption("--source-list")
    return f"source list: {path or 'not given; the tests that need it do not run'}"


@pytest.fixture(scope="session")
def source_list(request: pytest.FixtureRequest) -> Path:
    """The keeper's list. A test that asks for it does not run without the option."""
    path = request.config.getoption("--source-list")
    if not path:
        pytest.skip("needs --source-list")
    return Path(path).resolve(strict=True)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
