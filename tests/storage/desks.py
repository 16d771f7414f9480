"""A small list of synthetic referrals, and an oracle of what a work list must hold."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from prescreen.database import Database
from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import CriteriaEvidence, Lead, Referral, ReferralTag
from prescreen.storage.worklist.ordering import Order, WorkListFilters
from tests.people import NOW

TRIALS, SITES, TAGS = ("T1", "T2", "T3"), ("leeds", "york"), ("common", "rare")


@dataclass(frozen=True)
class Paper:
    """A referral as it was written, with its tags."""

    row: dict[str, Any]
    tags: frozenset[str]

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
    with database.writing() as session:
        session.execute(insert(CriteriaEvidence), [{"fingerprint": "f", "content": "{}"}])
        for table, rows in ((Lead, leads), (Referral, [one.row for one in papers]), (ReferralTag, tags)):
            session.execute(insert(table), rows)
    return papers


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
    return Paper(row, frozenset(tag for tag in TAGS if chance.random() < (0.5 if tag == "common" else 0.05)))


def plainly(papers: list[Paper], scope: list[Assignment], wanted: WorkListFilters, order: Order) -> list[UUID]:
    """Return the ids that a work list must have, in its order."""
    mine = [one for one in papers if any(place.covers(one["trial_id"], one["site_id"]) for place in scope)]
    return [
        one["id"] for one in sorted((one for one in mine if _is_wanted(one, wanted)), key=lambda one: _key(one, order))
    ]


def _is_wanted(one: Paper, wanted: WorkListFilters) -> bool:
    late = one["state"] == "new" and one["due_at"] is not None
    return all(
        [
            not wanted.states or one["state"] in wanted.states,
            wanted.determination in (None, one["determination"]),
            wanted.miles is None or (one["miles"] is not None and one["miles"] <= wanted.miles),
            wanted.since is None or one["created_at"] >= wanted.since,
            wanted.until is None or one["created_at"] < wanted.until,
            wanted.overdue_at is None or (late and one["due_at"] < wanted.overdue_at),
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
