"""Synthetic visits: counted once for each synthetic person, and never more at a step than at the one before."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import OF_CRITERIA, CounterKind, Key
from prescreen.workflow.demo.synthetic_leads import make_sample, plan_sample
from prescreen.workflow.demo.synthetic_visits import ALIKE
from prescreen.workflow.statistics.visit_steps import STEPS
from tests.catalog.folders import CATALOG, altered, write
from tests.people import NOW

PEOPLE = 7


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    folder = write(tmp_path / "criteria", altered(CATALOG, "emergency:", "sample: true\nemergency:"))
    return load_to_judge(folder, NOW.date())


@pytest.fixture
def make(database: Database, keys: Keys, catalog: Catalog) -> Callable[[], dict[Key, int]]:
    """Return what makes the sample, and gives all that is counted then."""

    def made() -> dict[Key, int]:
        make_sample(database, keys, plan_sample(catalog, (), 1, NOW), PEOPLE, lambda _: None)
        with database.reading() as session:
            return usage_counters.totals(session)

    return made


Made = Callable[[], dict[Key, int]]


def test_steps_of_made_up_visits_are_of_the_same_visits_and_each_person_sends_once(make: Made) -> None:
    found = make()

    steps = [sum(count for key, count in found.items() if key.kind is kind) for kind in STEPS]
    assert all(earlier >= later for earlier, later in pairwise(steps))
    assert (steps[1], steps[3]) == (PEOPLE * (ALIKE + 1), PEOPLE)


def test_every_visit_that_ends_is_judged_by_every_criterion(make: Made) -> None:
    found = make()

    finished = sum(count for key, count in found.items() if key.kind is CounterKind.FINISHED)
    judged = [kind for kind in OF_CRITERIA if kind is not CounterKind.SOLE_BLOCKER]
    by_criterion = {key.part: 0 for key in found if key.kind in judged}
    for key, count in found.items():
        by_criterion[key.part] = by_criterion.get(key.part, 0) + (count if key.kind in judged else 0)
    assert {count for part, count in by_criterion.items() if count} == {finished}


def test_people_who_are_there_already_count_no_visits_again(make: Made) -> None:
    assert make() == make()
