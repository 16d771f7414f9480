"""A large synthetic work list: plausible leads, each referred to one site of one of twenty trials.

The rows are those of a submission, in batches: encrypted contact, search tokens, consents, and a referral with the
findings of its trial; and what teams added since: states, assignees, tags, calls.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint, trial_evidence
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.database import Database
from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.contacts import Contact, seal_contact
from prescreen.storage.referrals.call_log import CallOutcome
from prescreen.storage.tables import (
    Consent,
    ConsentWording,
    CriteriaEvidence,
    Lead,
    LogEntry,
    Referral,
    ReferralTag,
    SearchToken,
)
from prescreen.storage.worklist import person_search

TRIALS = 20
Rows = dict[type[Any], list[dict[str, Any]]]
_AT_ONCE = 5_000
_FIRST = [
    "Ana",
    "Ben",
    "Cora",
    "Dan",
    "Eva",
    "Finn",
    "Gia",
    "Hugo",
    "Ida",
    "Jan",
    "Kim",
    "Leo",
    "Mia",
    "Ned",
    "Oda",
    "Pat",
    "Quin",
    "Rosa",
    "Sam",
    "Tia",
]
_STATES = {
    "new": 40,
    "contacted": 20,
    "screening": 8,
    "eligible": 3,
    "enrolled": 1,
    "not_eligible": 10,
    "declined": 6,
    "unreachable": 8,
    "withdrawn": 4,
}
_TAGS = ("call again", "spanish", "wheelchair")
_MILES = (3, 8, 15, 30, 60, 120, 400, 900)
_REFERENCES = 100_000
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, eq=False)
class Desk:
    """The trials to refer to, in turn, and the recruiters who are assigned some of the referrals."""

    catalog: Catalog
    keys: Keys
    keeper: UUID
    now: datetime

    def trials(self) -> list[Trial]:
        """Return the trials, the most frequent first."""
        return sorted(self.catalog.trials.values(), key=lambda trial: trial.id)[:TRIALS]

    @cached_property
    def judged_by(self) -> dict[str, tuple[str, list[str]]]:
        """Return the fingerprint of each trial and the questions that it asks."""
        bank = self.catalog.bank
        evidence = {trial.id: trial_evidence(trial, bank) for trial in self.trials()}
        return {
            trial.id: (evidence_fingerprint(evidence[trial.id]), list(trial.questions(bank))) for trial in self.trials()
        }


def crowd(database: Database, desk: Desk, size: int) -> None:
    """Write `size` leads, over the year before now."""
    chance = random.Random(7)
    trials = desk.trials()
    _hurry(database)
    wording = sha256(b"w").hexdigest()
    with database.writing() as session:
        session.execute(insert(ConsentWording), [{"sha256": wording, "wording": "You may."}])
        session.execute(insert(CriteriaEvidence), [_evidence(desk, trial) for trial in trials])
    for start in range(0, size, _AT_ONCE):
        rows: Rows = {}
        for number in range(start, min(size, start + _AT_ONCE)):
            at = desk.now - timedelta(days=365) * (1 - number / size)
            _person(rows, desk, at, chance, number)
        with database.writing() as session:
            for table in (Lead, Consent, Referral, SearchToken, ReferralTag, LogEntry):
                if rows.get(table):
                    session.execute(insert(table), rows[table])
    _settle(database)


def _hurry(database: Database) -> None:
    """Let SQLite write without waiting for the disk: durability does not matter here."""
    if database.engine.dialect.name == "sqlite":
        connection = database.engine.raw_connection()
        for setting in ("synchronous = OFF", "cache_size = -500000", "wal_autocheckpoint = 100000"):
            connection.cursor().execute(f"PRAGMA {setting}")
        connection.close()


def _settle(database: Database) -> None:
    """Do what PostgreSQL does by itself some time after so many rows; the next connection is an ordinary one."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    database.close()


def _evidence(desk: Desk, trial: Trial) -> dict[str, str]:
    content = trial_evidence(trial, desk.catalog.bank)
    return {"fingerprint": evidence_fingerprint(content), "content": content}


def reference(number: int) -> str:
    """Return the reference of the lead with this number."""
    letters = ""
    for _ in range(6):
        number, digit = divmod(number, len(_LETTERS))
        letters = _LETTERS[digit] + letters
    return f"LP-{letters[:4]}-{letters[4:]}"


def name_of(number: int) -> str:
    """Return the name of the lead with this number: one in 20 shares the first name, one in 500 the whole name."""
    return f"{_FIRST[number % len(_FIRST)]} Sample{number // len(_FIRST) % 25} Number{number}"


def _person(rows: Rows, desk: Desk, at: datetime, chance: random.Random, n: int) -> None:
    # As with real trials, a few of them get most.
    trials = desk.trials()
    trial = trials[min(int(chance.expovariate(0.25)), len(trials) - 1)]
    lead_id = new_id(at)
    contact = Contact(name_of(n), f"person{n}@example.org", "+16175550100", "02139", "evenings", "en")
    state = chance.choices(list(_STATES), list(_STATES.values()))[0]
    is_gone = state == "withdrawn"
    site = chance.choice(trial.sites)
    referral = _referral(desk, trial, lead_id, at, chance) | {
        "site_id": site.id, "site_name": site.name, "state": state, "withdrawn_at": at if is_gone else None,
    }  # fmt: skip
    if is_gone:
        referral |= dict.fromkeys(("determination", "findings", "still_to_check", "question_ids", "miles"))
    put = rows.setdefault
    put(Lead, []).append(
        {
            "id": lead_id, "reference": reference(n), "contact": seal_contact(desk.keys.ring, lead_id, contact),
            "language": "en", "is_test": False, "created_at": at, "link_generation": 1,
        }
    )  # fmt: skip
    put(Consent, []).extend(_consents(lead_id, trial.id, site.id, at))
    put(Referral, []).append(referral)
    put(SearchToken, []).extend(
        {"token": token, "lead_id": lead_id} for token in sorted(person_search.tokens_of(desk.keys, contact))
    )
    if chance.random() < 0.15:
        put(ReferralTag, []).append({"referral_id": referral["id"], "tag": chance.choices(_TAGS, (90, 9, 1))[0]})
    if state != "new":
        back = at + timedelta(days=chance.randrange(3, 600))
        put(LogEntry, []).append(
            {
                "id": new_id(at), "referral_id": referral["id"], "kind": "call", "at": at, "recruiter_id": desk.keeper,
                "outcome": CallOutcome.NO_ANSWER.value, "call_back_at": back,
            }
        )  # fmt: skip
        referral["call_back_at"] = None if is_gone else back


def _consents(lead_id: UUID, trial_id: str, site_id: str, at: datetime) -> list[dict[str, Any]]:
    given = (("share", trial_id, site_id), ("email", None, None), ("phone", None, None))
    return [
        {
            "id": new_id(at), "lead_id": lead_id, "purpose": purpose, "trial_id": trial, "site_id": site,
            "version": "2026-11", "wording_sha256": sha256(b"w").hexdigest(), "language": "en", "given_at": at,
        }
        for purpose, trial, site in given
    ]  # fmt: skip


def _referral(desk: Desk, trial: Trial, lead_id: UUID, at: datetime, chance: random.Random) -> dict[str, Any]:
    findings = [_finding(criterion.id, criterion.kind.value, chance) for criterion in trial.ruled]
    is_open = any(one["permits"] == "unknown" for one in findings)
    due = at + timedelta(days=chance.choice((3, 5)))
    fingerprint, questions = desk.judged_by[trial.id]
    return {
        "id": new_id(at), "lead_id": lead_id, "trial_id": trial.id, "findings": findings,
        "determination": "undetermined" if is_open else "potentially_eligible",
        "still_to_check": [criterion.id for criterion in trial.still_to_check],
        "question_ids": questions, "fingerprint": fingerprint,
        "version": 1, "created_at": at, "call_back_at": None, "due_at": due if chance.random() < 0.8 else None,
        "miles": chance.choice(_MILES) + chance.randrange(20) if chance.random() < 0.9 else None,
        "assigned_to": desk.keeper if chance.random() < 0.05 else None,
    }  # fmt: skip


def _finding(criterion_id: str, kind: str, chance: random.Random) -> dict[str, Any]:
    permits = "unknown" if chance.random() < 0.05 else "true"
    rule = permits if kind == "inclusion" or permits == "unknown" else "false"
    return {"criterion": criterion_id, "kind": kind, "rule": rule, "permits": permits, "open_questions": []}
