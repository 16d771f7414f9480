"""What holds of every person: nothing that is done breaks it, and each break is named, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, update

from benchmarks.participants.rivalling_actions import ACTIONS, UNCONFIRMED, Person, person
from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.invariants import BROKEN_WHERE, violations
from prescreen.storage.participants.purposes import Purpose
from prescreen.storage.tables import (
    CallReminder,
    Consent,
    Invitation,
    Lead,
    OutboxLetter,
    Referral,
    ReferralChange,
    ReferralTag,
    SearchToken,
    StoredAnswer,
)
from prescreen.workflow.participants import data_subject_rights
from tests.people import LATER, recruiter

Break = Callable[[Session, Person], None]


def names(database: Database, one: Person | None = None) -> list[str]:
    with database.reading() as session:
        return [found.invariant for found in violations(session, one.lead_id if one else None)]


def change(session: Session, table: Any, which: Any, **values: Any) -> None:
    session.execute(update(table).where(which).values(**values).execution_options(synchronize_session=False))


def referral(**values: Any) -> Break:
    """Return a break that sets columns of the person's first referral."""
    return lambda session, one: change(session, Referral, Referral.id == one.referral_ids[0], **values)


def lead(**values: Any) -> Break:
    return lambda session, one: change(session, Lead, Lead.id == one.lead_id, **values)


def taken_back(purpose: Purpose) -> Break:
    def take_back(session: Session, one: Person) -> None:
        change(
            session, Consent, (Consent.lead_id == one.lead_id) & (Consent.purpose == purpose.value), withdrawn_at=LATER
        )

    return take_back


def of_person(table: Any, **values: Any) -> Break:
    return lambda session, one: change(session, table, table.lead_id == one.lead_id, **values)


def one_more(table: Any, **values: Any) -> Break:
    """Return a break that adds a row about the person, or about their first referral."""

    def add(session: Session, one: Person) -> None:
        whose = (
            {"lead_id": one.lead_id} if "lead_id" in table.__table__.columns else {"referral_id": one.referral_ids[0]}
        )
        session.execute(insert(table), [{**whose, **values}])

    return add


def after(act: Callable[[Session, Person], object], broken: Break) -> Break:
    def both(session: Session, one: Person) -> None:
        act(session, one)
        broken(session, one)

    return both


def deleted(broken: Break) -> Break:
    return after(lambda session, one: data_subject_rights.delete(session, one.lead_id, LATER), broken)


def withdrawn(broken: Break) -> Break:
    return after(lambda session, one: data_subject_rights.withdraw(session, one.lead_id, None, LATER), broken)


def same_trial(session: Session, one: Person) -> None:
    change(session, Referral, Referral.id == one.referral_ids[1], trial_id=one.trial_ids[0], site_id="york")


def step(from_state: str, to_state: str) -> Break:
    return one_more(
        ReferralChange, id=new_id(LATER), at=LATER, recruiter_id=None, from_state=from_state, to_state=to_state
    )


INVITATION = {
    "id": new_id(LATER), "trial_id": "NCT9", "fingerprint": "c" * 64, "determination": "undetermined",
    "created_at": LATER, "answered_at": LATER, "accepted": False,
}  # fmt: skip
BREAKS: Mapping[str, Break] = {
    "a referral that was not withdrawn has consent to share with its site": taken_back(Purpose.SHARE),
    "a referral on offer has consent that another site is asked": taken_back(Purpose.ANOTHER_SITE),
    "at most one referral of a person stands at each trial": same_trial,
    "only who agreed to later trials is matched": taken_back(Purpose.FUTURE),
    "an invitation waits only for a person who agreed to later trials": taken_back(Purpose.FUTURE),
    "a letter waits only for a person who agreed to e-mail, or asked for a link": taken_back(Purpose.EMAIL),
    "nothing names a deleted person": deleted(lead(language="en")),
    "no referral of a deleted person stands": deleted(referral(withdrawn_at=None)),
    "no consent of a deleted person is in force": deleted(of_person(Consent, withdrawn_at=None)),
    "no answers of a deleted person are left": deleted(
        one_more(StoredAnswer, question_id="age", answered_on=date(2026, 11, 23), kind="number", value="1")
    ),
    "no search finds a deleted person": deleted(one_more(SearchToken, token=b"token")),
    "no invitation of a deleted person is left": deleted(one_more(Invitation, **INVITATION)),
    "no letter to a deleted person waits or can be read": deleted(of_person(OutboxLetter, content=b"sealed")),
    "a withdrawn referral is a tombstone": withdrawn(referral(miles=7)),
    "a withdrawn referral is in the state withdrawn, and no other is": referral(state="withdrawn"),
    "nothing that a team wrote about a withdrawn referral is left": withdrawn(one_more(ReferralTag, tag="evenings")),
    "a withdrawn referral has no call to be reminded of": withdrawn(
        one_more(CallReminder, call_id=UUID(int=1), call_at=LATER)
    ),
    "a person is called back when the last call asked for it": referral(call_back_at=LATER),
    "the last change of a referral led to its state": referral(state="screening"),
    "each change of a referral begins where the one before ended": step("screening", "declined"),
    "the deletion of a person is in the audit trail": lead(
        contact=None, email_index=None, language=None, deleted_at=LATER
    ),
    "the withdrawal of a referral is in the audit trail": referral(state="withdrawn", withdrawn_at=LATER),
    "a taking over is in the audit trail": referral(state="taken_over"),
    "each change of state by a team is in the audit trail": step("new", "contacted"),
}


def test_every_invariant_is_broken_here() -> None:
    assert set(BREAKS) == set(BROKEN_WHERE)


@pytest.mark.parametrize("invariant", BREAKS)
def test_what_breaks_an_invariant_is_named_with_the_person(database: Database, keys: Keys, invariant: str) -> None:
    account = recruiter(database)
    one, other = (person(database, keys, account, confirmed=True) for _ in range(2))
    assert names(database) == []

    with database.writing() as session:
        BREAKS[invariant](session, one)

    assert invariant in names(database, one)
    assert names(database, other) == []
    assert invariant in names(database)


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_breaks_one(database: Database, keys: Keys, action: str) -> None:
    one = person(database, keys, recruiter(database), confirmed=action not in UNCONFIRMED)

    ACTIONS[action](one)
    ACTIONS[action](one)

    assert names(database) == []
