"""The databases that are killed, and the figures that the suites tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import ENGINES, postgres_database, sqlite_copy, sqlite_template, upgraded
from tests.faults.service import Service, killed_at_the_end
from tests.services import postgres
from tests.services.postgres import Cluster

__all__ = ["sqlite_template"]

Make = Callable[..., Service]
Tell = Callable[[str], None]


_AMONG_OTHERS = frozenset({"test_altered_files.py", "test_wild_requests.py"})
"""Suites that start no service, and run among all other tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
            if item.path.name not in _AMONG_OTHERS:
                item.add_marker(pytest.mark.faults)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Return a function that keeps a figure, which is printed when all tests are done."""
    return lambda figure: record_property("figure", figure)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Run a PostgreSQL with its own defaults, which are durable."""
    with postgres.cluster(postgres.DURABLE) as running:
        yield running


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of each database in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Return a function that makes a service on SQLite, with a folder and a database of its own."""
    with ExitStack() as opened:

        def make(*alterations: str, workers: int = 1, folder: Path | None = None) -> Service:
            instance = folder or tmp_path_factory.mktemp("instance")
            url = sqlite_copy(sqlite_template, instance / "prescreen.sqlite3")
            return opened.enter_context(killed_at_the_end(Service(url, instance, alterations, workers)))

        yield make


@pytest.fixture(scope="module")
def on_postgresql(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Return a function that makes a service on PostgreSQL, with a folder and a database of its own."""
    with ExitStack() as opened:

        def make(*alterations: str, workers: int = 1) -> Service:
            url = opened.enter_context(postgres_database(request.getfixturevalue("cluster").url))
            upgraded(url)
            made = Service(url, tmp_path_factory.mktemp("instance"), alterations, workers)
            return opened.enter_context(killed_at_the_end(made))

        yield make


@pytest.fixture(scope="module")
def make(request: pytest.FixtureRequest, engine: str) -> Make:
    """Return a function that makes a service on each database in turn."""
    made: Make = request.getfixturevalue(f"on_{engine}")
    return made


@pytest.fixture(scope="module")
def running(make: Make) -> Service:
    """Run a service on each database in turn, for tests that leave it as it is."""
    service = make(workers=2)
    service.start()
    return service


@pytest.fixture(scope="session")
def strace() -> str:
    """Return the path of strace, which makes system calls fail and writes them down; installed if need be."""
    from tests.services import strace

    return str(strace.find_or_install())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all suites."""
    reports = [one for found in terminalreporter.stats.values() for one in found if isinstance(one, pytest.TestReport)]
    figures = [str(value) for one in reports for name, value in one.user_properties if name == "figure"]
    if figures and any(one.when == "call" for one in reports):
        terminalreporter.section("faults")
        for figure in dict.fromkeys(figures):
            terminalreporter.write_line(figure)
