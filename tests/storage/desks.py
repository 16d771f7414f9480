"""A small list of synthetic referrals, and an oracle of what a work list must hold."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from prescreen.database import Database
from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.referrals.referrals import State
from prescreen.storage.referrals.states import DEFINITIONS
from prescreen.storage.tables import CriteriaEvidence, Lead, Referral, ReferralTag, Reminder
from prescreen.storage.worklist.order_parts import Urgency
from prescreen.storage.worklist.ordering import Order, WorkListFilters
from tests.people import NOW

DAY_ENDS = NOW + timedelta(hours=12)
TRIALS, SITES, TAGS = ("T1", "T2", "T3"), ("leeds", "york"), ("common", "rare")


@dataclass(frozen=True)
class Paper:
    """A referral as it was written, with its tags, and when the keeper is reminded of it."""

    row: dict[str, Any]
    tags: frozenset[str]
    reminders: tuple[datetime, ...]

    def __getitem__(self, name: str) -> Any:
        return self.row[name]


def desk(database: Database, keeper: UUID, size: int) -> list[Paper]:
    """Write `size` referrals, random but always the same, and return them."""
    chance = random.Random(11)  # noqa: S311
    papers = [_paper(chance, keeper, number, size) for number in range(size)]
    leads = [
        {"id": one["lead_id"], "reference": f"LP-{number}", "is_test": False, "created_at": NOW, "link_generation": 1}
        for number, one in enumerate(papers)
    ]
    tags = [{"referral_id": one["id"], "tag": tag} for one in papers for tag in sorted(one.tags)]
    reminders = [_reminder(one["id"], keeper, at) for one in papers for at in one.reminders]
    reminders += [_reminder(papers[0]["id"], keeper, NOW - timedelta(days=9), done_at=NOW)]
    with database.writing() as session:
        session.execute(insert(CriteriaEvidence), [{"fingerprint": "f", "content": "{}"}])
        for table, rows in (
            (Lead, leads),
            (Referral, [one.row for one in papers]),
            (ReferralTag, tags),
            (Reminder, reminders),
        ):
            session.execute(insert(table), rows)
    return papers


def _reminder(referral_id: UUID, keeper: UUID, at: datetime, done_at: datetime | None = None) -> dict[str, Any]:
    return {
        "id": new_id(at), "referral_id": referral_id, "recruiter_id": keeper, "due_at": at, "created_at": at,
        "done_at": done_at,
    }  # fmt: skip


def _paper(chance: random.Random, keeper: UUID, number: int, size: int) -> Paper:
    at = NOW - timedelta(hours=3) * (size - number)
    row = {
        "id": new_id(at), "lead_id": new_id(at), "trial_id": chance.choice(TRIALS), "site_id": chance.choice(SITES),
        "site_name": "", "state": chance.choice(list(State)).value, "fingerprint": "f", "version": 1, "created_at": at,
        "determination": chance.choice(list(Determination)).value, "miles": chance.choice([None, 0, 5, 5, 40, 900]),
        # Several have one time: then the id decides.
        "due_at": chance.choice([None, NOW - timedelta(days=2), NOW - timedelta(days=1), at, NOW + timedelta(days=1)]),
        "assigned_to": chance.choice([None, keeper]),
    }  # fmt: skip
    tags = frozenset(tag for tag in TAGS if chance.random() < (0.5 if tag == "common" else 0.05))
    return _asked_back(Paper(row, tags, ()), chance)


def _asked_back(paper: Paper, chance: random.Random) -> Paper:
    """Return the referral with a call back for one in three, and reminders for one in three."""
    some = [NOW - timedelta(days=1), NOW + timedelta(hours=1), DAY_ENDS, NOW + timedelta(days=2)]
    row = paper.row | {"call_back_at": chance.choice([None, None, None, None, None, None, None, *some])}
    return Paper(row, paper.tags, tuple(chance.sample(some, chance.choice([0, 0, 0, 1, 2]))))


def plainly(
    papers: list[Paper], scope: list[Assignment], wanted: WorkListFilters, order: Order, reader: UUID | None = None
) -> list[UUID]:
    """Return the ids that a work list must have, in its order."""
    mine = [one for one in papers if any(place.covers(one["trial_id"], one["site_id"]) for place in scope)]
    return [
        one["id"]
        for one in sorted(
            (one for one in mine if _is_wanted(one, wanted)),
            key=lambda one: _urgency(one, reader) if order is Order.URGENT else _key(one, order),
        )
    ]


def _is_wanted(one: Paper, wanted: WorkListFilters) -> bool:
    late = one["state"] == "new" and one["due_at"] is not None
    called = one["call_back_at"] is not None and (wanted.states or not DEFINITIONS[State(one["state"])].is_end)
    return all(
        [
            not wanted.states or one["state"] in wanted.states,
            wanted.determination in (None, one["determination"]),
            wanted.miles is None or (one["miles"] is not None and one["miles"] <= wanted.miles),
            wanted.since is None or one["created_at"] >= wanted.since,
            wanted.until is None or one["created_at"] < wanted.until,
            wanted.overdue_at is None or (late and one["due_at"] < wanted.overdue_at),
            wanted.call_back_before is None or (called and one["call_back_at"] < wanted.call_back_before),
            wanted.keeper in (None, one["assigned_to"]),
            not wanted.nobodys or one["assigned_to"] is None,
            wanted.tag is None or wanted.tag in one.tags,
        ]
    )


def _key(one: Paper, order: Order) -> tuple[Any, ...]:
    number = one["id"].int
    match order:
        case Order.NEWEST:
            return (-number,)
        case Order.LATEST:
            waits = one["state"] == "new" and one["due_at"] is not None
            return (not waits, one["due_at"].timestamp() if waits else 0, number)
        case Order.NEAREST:
            return (one["miles"] is None, one["miles"] or 0, number)
    return (number,)


def urgency(reader: UUID) -> Urgency:
    """Return by what the oracle judges urgency."""
    return Urgency(NOW, DAY_ENDS, reader)


def _urgency(one: Paper, reader: UUID | None) -> tuple[Any, ...]:
    """Return the place of a referral in the order of urgency: by a number for why, a time, and the id."""
    number, state = one["id"].int, State(one["state"])
    due, back = one["due_at"], one["call_back_at"]
    reminded = min((at for at in one.reminders if at < DAY_ENDS), default=None) if reader else None
    if DEFINITIONS[state].is_end:
        return (8 if state is State.WITHDRAWN else 7, 0, -number)
    if state is State.NEW and due is not None and due < NOW:
        return (0, due.timestamp(), number)
    if back is not None and back < DAY_ENDS:
        return (1, back.timestamp(), number)
    if reminded is not None:
        return (2, reminded.timestamp(), number)
    if state is State.NEW:
        return (3, due.timestamp(), number) if due is not None else (4, 0, number)
    return (5, 0, number) if back is None else (6, back.timestamp(), number)
