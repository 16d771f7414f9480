"""Statistics of earlier people are applied to each new catalog and every hour, and a catalog never changes."""

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.criteria import live_catalog
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.eligibility.interview.priors import Observed, Seen
from tests.catalog import folders
from tests.catalog.folders import ON

MOST_SECONDS = 10
ONE: Observed = {("T1", "adult"): Seen(1, 0)}
TWO: Observed = {("T1", "adult"): Seen(2, 0)}


class Operator:
    """Somebody with a service whose counts change."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.observed, self.days = folder, None, list[date]()
        self.observed: Observed | None = ONE
        self.live = LiveCatalog(folder, ON, lambda _: None, self.observe)

    def observe(self, on: date) -> Observed | None:
        self.days.append(on)
        return self.observed

    def wait_until(self, holds: Callable[[Catalog], bool]) -> Catalog:
        """Ask for the catalog until it is as wanted."""
        end = time.monotonic() + MOST_SECONDS
        while not holds(catalog := self.live.current(ON)):
            assert time.monotonic() < end
            time.sleep(0.005)
        return catalog


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setattr(live_catalog, "LOOK_EVERY_SECONDS", 0.0)
    return Operator(folders.write(tmp_path / "criteria", {}))


def test_counts_are_read_once_when_a_catalog_is_loaded(operator: Operator) -> None:
    operator.observed = TWO

    catalogs = [operator.live.current(ON) for _ in range(20)]

    assert operator.days == [ON]
    assert all(catalog is catalogs[0] for catalog in catalogs)
    assert catalogs[0].observed == ONE


def test_counts_are_read_again_when_the_folder_changes(operator: Operator) -> None:
    operator.observed = TWO
    folders.write(operator.folder, folders.altered(folders.TRIAL, "A pill", "Another pill"))

    catalog = operator.wait_until(lambda one: "Another pill" in str(one.trials["T1"].title))

    assert catalog.observed == TWO


def test_after_an_hour_counts_are_read_anew_into_another_catalog(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = operator.live.current(ON)
    planner = before.planner("back-pain")
    operator.observed = TWO
    monkeypatch.setattr(live_catalog, "OBSERVE_EVERY_SECONDS", 0.0)

    after = operator.wait_until(lambda one: one.observed == TWO)

    assert before.observed == ONE
    assert before.planner("back-pain") is planner
    assert after.planner("back-pain") is not planner
    assert after == before


@pytest.mark.parametrize("observed", [ONE, None])
def test_counts_that_are_the_same_or_cannot_be_read_leave_the_catalog_as_it_is(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, observed: Observed | None
) -> None:
    before = operator.live.current(ON)
    operator.observed = observed
    monkeypatch.setattr(live_catalog, "OBSERVE_EVERY_SECONDS", 0.0)

    operator.wait_until(lambda _: len(operator.days) > 3)

    assert operator.live.current(ON) is before


def test_a_catalog_has_its_planners_before_it_is_shown(operator: Operator) -> None:
    assert set(operator.live.current(ON)._planners) == {"back-pain"}
    folders.write(operator.folder, folders.altered(folders.TRIAL, "A pill", "Another pill"))

    catalog = operator.wait_until(lambda one: "Another pill" in str(one.trials["T1"].title))

    assert set(catalog._planners) == {"back-pain"}


def test_a_file_that_is_being_written_is_read_once_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_catalog, "LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(live_catalog, "SETTLED_SECONDS", 0.5)
    folder, told = folders.write(tmp_path / "criteria", {}), list[CatalogError | None]()
    live = LiveCatalog(folder, ON, told.append)
    whole = folders.altered(folders.TRIAL, "A pill", "Another pill")

    folders.write(folder, {folders.TRIAL: whole[folders.TRIAL][:200]})
    live.current(ON)
    folders.write(folder, whole)

    end = time.monotonic() + MOST_SECONDS
    while not told:
        live.current(ON)
        assert time.monotonic() < end
        time.sleep(0.005)
    assert told == [None]
    assert "Another pill" in str(live.current(ON).trials["T1"].title)


def test_a_folder_at_fault_is_told_once_and_the_last_good_set_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_catalog, "LOOK_EVERY_SECONDS", 0.0)
    folder, told = folders.write(tmp_path / "criteria", {}), list[CatalogError | None]()
    live = LiveCatalog(folder, ON, told.append)
    before = live.current(ON)
    folders.write(folder, folders.altered(folders.TRIAL, "status: RECRUITING", "status: OPEN"))

    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        assert live.current(ON) is before
        time.sleep(0.005)

    assert [str(error) for error in told] == ["the criteria folder has 1 fault"]


def test_a_change_is_seen_in_a_file_that_keeps_its_time_and_its_size(operator: Operator) -> None:
    file = operator.folder / folders.TRIAL
    before = file.stat()

    with file.open("r+") as opened:
        opened.write(folders.FILES[folders.TRIAL].replace("A pill", "B pill"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert (file.stat().st_size, file.stat().st_ino) == (before.st_size, before.st_ino)
    operator.wait_until(lambda one: "B pill" in str(one.trials["T1"].title))


@pytest.mark.parametrize(
    "name",
    [
        *(f"trials/{name}" for name in (".T1.yaml.swp", "._T1.yaml", "T1.yaml~", "#T1.yaml#")),
        ".git/index",
        "trials/deeper/T2.yaml",
    ],
)
def test_what_is_not_read_is_not_watched_either(tmp_path: Path, name: str) -> None:
    folder = folders.write(tmp_path / "criteria", {})
    (folder / name).parent.mkdir(exist_ok=True)
    before = live_catalog._signature(folder)

    (folder / name).write_bytes(b"\xff")

    assert live_catalog._signature(folder) == before


def test_links_that_lead_back_to_the_folder_are_not_followed_for_ever(tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "criteria", {})
    for name in ("one", "two"):
        (folder / name).symlink_to(".")

    watched = {path for path, *_ in live_catalog._signature(folder)}

    assert str(folder / folders.TRIAL) in watched
    assert len(watched) < 30


def test_a_link_that_leads_to_no_file_is_a_change(tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "criteria", {})
    before = live_catalog._signature(folder)

    (folder / "trials" / "T2.yaml").symlink_to("x" * 300)

    assert live_catalog._signature(folder) != before
