"""A team at work on one referral, for tests on both databases."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.referrals import referrals, state_changes
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals import state_changes as moving
from prescreen.workflow.referrals.state_changes import Step
from prescreen.workflow.referrals.state_machine import Reason
from prescreen.workflow.referrals.teamwork import Result, Seen, Teamwork, teamwork
from tests.mail.letters import PEN
from tests.people import LATER, recruiter
from tests.workflow.letters import person, to_a

MRI = Reason("mri")


@dataclass
class Team:
    """A recruiter who works on the referral of one person, who can be written to.

    Each act is a minute later than the last.
    """

    database: Database
    keys: Keys
    rec: Account
    lead_id: UUID
    referral_id: UUID
    now: datetime = field(default=LATER)

    def desk(self) -> Desk:
        self.now += timedelta(minutes=1)
        return Desk(self.keys, PEN, self.now)

    def referral(self) -> StoredReferral:
        with self.database.reading() as session:
            found = referrals.find(session, self.referral_id)
        assert found is not None
        return found

    def seen(self) -> Seen:
        return Seen(self.referral_id, self.referral().version)

    def act(self, action: Any, *arguments: Any, who: Account | None = None) -> Any:
        with self.database.writing() as session:
            return action(session, self.desk(), who or self.rec, *arguments)

    def move(self, to: State, reason: Reason = MRI, seen: Seen | None = None) -> Result:
        return self.act(moving.move, seen or self.seen(), Step(to, reason))

    def undo(self) -> Result:
        return self.act(moving.undo, self.seen(), self.history()[-1].id)

    def history(self) -> list[StoredChange]:
        with self.database.reading() as session:
            return state_changes.history(session, self.referral_id)

    def page(self) -> Teamwork:
        with self.database.reading() as session:
            return teamwork(session, self.keys, self.referral())

    def events(self) -> list[audit.Event]:
        with self.database.reading() as session:
            return audit.about(session, audit.Subject("referral", str(self.referral_id)))


def team(database: Database, keys: Keys, **changes: Any) -> Team:
    """Refer a person to trials A and B, and return the team that works on the referral to A."""
    lead_id = person(database, keys, **changes)
    rec = recruiter(database, Assignment("NCT00000001"))
    return Team(database, keys, rec, lead_id, to_a(database, lead_id))


def colleague(database: Database, *assignments: Assignment, name: str = "Col League") -> Account:
    """Add another recruiter."""
    return recruiter(database, *assignments, email=f"{name.split()[0].lower()}@example.org")


def ended(at_work: Team) -> list[outbox.StoredLetter]:
    with at_work.database.reading() as session:
        return [one for one in outbox.of_lead(session, at_work.lead_id) if one.kind == "ended"]


def still_waits(future: Future[Result]) -> bool:
    try:
        future.result(timeout=0.5)
    except NotYet:
        return True
    return False
