"""Editions of the criteria: the same content for all, from one moment on, and never an earlier one again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.workflow import editions
from prescreen.workflow.editions import NOTICE, NothingPublishedError, PublishedCatalog, folder_in_force, publish
from tests.catalog import folders
from tests.catalog.folders import CATALOG, ON

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def named_folder(root: Path, name: str) -> Path:
    """Write a criteria folder in which the service has a name."""
    return folders.write(root, folders.altered(CATALOG, "name: Back pain trials", f"name: {name}"))


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Process:
    """A process with a folder and a clock of its own, on a database that others share."""

    def __init__(self, database: Database, cache: Path, read: Callable[[Path], LiveCatalog] | None = None) -> None:
        self.clock, self.faults = Clock(), list[CatalogError | None]()
        self.catalog = PublishedCatalog(database, cache, read or _read, self.faults.append, self.clock)

    def name(self) -> str:
        """Return the name of the service, by which the editions of these tests differ."""
        return self.catalog.current(ON).service.name.in_language("en")

    def looks(self) -> None:
        """Look for what was published, as it does every second."""
        self.catalog._look()


def _read(folder: Path) -> LiveCatalog:
    return LiveCatalog(folder, ON, lambda _: None)


@pytest.fixture(autouse=True)
def _by_itself_never(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes look only when they are told to."""
    monkeypatch.setattr(editions, "LOOK_EVERY_SECONDS", 3600.0)


@pytest.fixture
def published(database: Database, tmp_path: Path) -> Callable[..., int]:
    """Return a function that publishes a folder in which the service has a name; it returns the edition's number."""

    def publish_name(name: str, notice: timedelta = NOTICE) -> int:
        folder = named_folder(tmp_path / name, name)
        edition, _ = publish(database, folder, NOON, notice)
        return edition.number

    return publish_name


def test_what_was_published_first_is_in_force_at_once(
    database: Database, published: Callable[..., int], tmp_path: Path
) -> None:
    published("Old")

    process = Process(database, tmp_path / "cache")

    assert (process.name(), process.catalog.current(ON).edition) == ("Old", 1)


def test_all_processes_change_at_one_moment(database: Database, published: Callable[..., int], tmp_path: Path) -> None:
    published("Old")
    processes = [Process(database, tmp_path / f"cache {number}") for number in range(2)]
    published("New")
    for one in processes:
        one.looks()

    before = [one.name() for one in processes]
    for one in processes:
        one.clock.now = NOON + NOTICE
    after = [one.name() for one in processes]

    assert (before, after) == (["Old", "Old"], ["New", "New"])


def test_a_process_that_has_looked_at_nothing_catches_up_with_what_was_shown(
    database: Database, published: Callable[..., int], tmp_path: Path
) -> None:
    published("Old")
    late = Process(database, tmp_path / "cache")
    published("New")

    found = late.catalog.at_least(2, ON)

    assert found is not None
    assert (found.edition, late.name()) == (2, "New")


def test_an_edition_that_this_version_cannot_read_is_told_once_and_the_one_before_goes_on(
    database: Database, published: Callable[..., int], tmp_path: Path
) -> None:
    def refuse_new(folder: Path) -> LiveCatalog:
        if folder.name.startswith("2-"):
            raise CatalogError(())
        return _read(folder)

    published("Old")
    process = Process(database, tmp_path / "cache", refuse_new)
    published("New", timedelta())
    process.looks()
    process.looks()

    assert (process.name(), len(process.faults)) == ("Old", 1)
    assert process.catalog.at_least(2, ON) is None


def test_an_earlier_content_is_published_again_as_a_later_edition(
    database: Database, published: Callable[..., int], tmp_path: Path
) -> None:
    numbers = [published("Old"), published("New", timedelta()), published("Old", timedelta())]
    process = Process(database, tmp_path / "cache")

    assert (numbers, process.name()) == ([1, 2, 3], "Old")


def test_the_same_content_is_no_new_edition(database: Database, tmp_path: Path) -> None:
    folder = named_folder(tmp_path / "one", "One")
    first, again = publish(database, folder, NOON), publish(database, folder, NOON)

    assert (first[1], again) == (True, (first[0], False))


def test_two_who_publish_at_once_make_two_editions(database: Database, tmp_path: Path) -> None:
    folders = [named_folder(tmp_path / name, name) for name in ("One", "Other")]
    threads = [threading.Thread(target=publish, args=(database, folder, NOON, timedelta())) for folder in folders]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert Process(database, tmp_path / "cache").catalog.current(ON).edition == 2


def test_without_any_edition_nothing_is_served(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError, match="prescreen publish DIR"):
        Process(database, tmp_path / "cache")
    assert folder_in_force(database, tmp_path / "cache", NOON) is None


def test_old_editions_go_and_their_folders_with_them(
    database: Database, published: Callable[..., int], tmp_path: Path
) -> None:
    for number in range(editions.KEPT + 2):
        published(f"Name {number}", timedelta())
        folder_in_force(database, tmp_path / "cache", NOON)

    kept = sorted(int(one.name.split("-")[0]) for one in (tmp_path / "cache" / "editions").iterdir())

    assert kept == list(range(3, editions.KEPT + 3))
