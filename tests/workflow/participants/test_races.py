"""Two actions about one person at the same moment: no invariant breaks, and none raises, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.participants.races import Schedule, arena, pairs, run, schedules
from benchmarks.participants.rivalling_actions import MAIN
from prescreen.database import Database
from prescreen.storage.base.records import record
from prescreen.storage.participants import person_lock
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.tables import Lead

ENDINGS = [("withdraw", "take over"), ("delete", "take over")]
EARLY = [Schedule(0, 2), Schedule(1, 2)]


@pytest.mark.parametrize("first", MAIN)
def test_whatever_meets_about_a_person_no_invariant_breaks(database: Database, first: str) -> None:
    with arena(database) as opened:
        tally = run(opened, [pair for pair in pairs(MAIN) if pair[0] == first], EARLY)

    assert tally.rounds
    assert tally.faults == {}


@pytest.mark.parametrize("pair", ENDINGS)
def test_what_ends_ends_though_a_site_takes_over(database: Database, pair: tuple[str, str]) -> None:
    with arena(database) as opened:
        assert run(opened, [pair], list(schedules(20))).faults == {}


def _not_held(session: Session, *which: Any) -> list[StoredLead]:
    rows = session.scalars(select(Lead).where(*which).order_by(Lead.id))
    return [record(StoredLead, row) for row in rows]


@pytest.mark.postgres
@pytest.mark.parametrize("pair", [*ENDINGS, ("delete", "accept"), ("delete", "allow"), ("correct", "delete")])
def test_without_the_lock_one_paused_round_finds_what_breaks(
    postgres: Database, monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str]
) -> None:
    monkeypatch.setattr(person_lock, "_held", _not_held)

    with arena(postgres) as opened:
        found = run(opened, [pair], [Schedule(0, after) for after in (2, 4)] + [Schedule(1, after) for after in (2, 4)])

    assert found.faults
