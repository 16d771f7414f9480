"""What is over is deleted once its period has passed, not before, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from prescreen.database import Database
from prescreen.retention_periods import PERIODS, Kept, retention
from prescreen.storage import Session
from prescreen.storage.accounts import account_invitations, sessions
from prescreen.storage.accounts.account_invitations import Invited, NewInvitation
from prescreen.storage.accounts.recruiters import Role
from prescreen.storage.accounts.sessions import NewSession
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.expired_people import OVER
from prescreen.storage.operations.invariants import violations
from prescreen.storage.participants import leads, person_lock
from prescreen.storage.referrals.states import State, states_where
from prescreen.storage.tables import AccountInvitation, RecruiterSession, Referral
from prescreen.workflow.operations import retention as retaining
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.email_confirmation import note_confirmed
from tests.people import FUTURE, NOW, PHONE, SHARE_A, SHARE_B, SUBMISSION, recruiter, submitted
from tests.workflow.letters import EMAIL

A_MOMENT = timedelta(seconds=1)
ENDS = sorted(states_where(lambda one: one.is_end and not one.hides_identity))
BY_EMAIL_ALONE = {"consents": (SHARE_A, SHARE_B, EMAIL)}


def after(kept: Kept) -> datetime:
    """Return when something has been over for its whole period."""
    days = PERIODS[kept]
    assert days is not None
    return NOW + timedelta(days=days)


def purged(database: Database, keys: Keys, at: datetime) -> dict[Kept, int]:
    """Purge, and return what was deleted of which there was any."""
    counts = retaining.purge(database, keys, PERIODS, at)
    return {kept: count for kept, count in counts.items() if count}


def is_there(database: Database, lead_id: UUID) -> bool:
    with database.reading() as session:
        lead = leads.find(session, lead_id)
    return lead is not None and lead.deleted_at is None


def test_test_leads_go_after_seven_days_by_the_operators_hand(database: Database, keys: Keys) -> None:
    old = submitted(database, keys, id="old", is_test=True, submitted_at=NOW - timedelta(days=7, seconds=1))
    fresh = submitted(database, keys, id="fresh", is_test=True, submitted_at=NOW - timedelta(days=7))
    real = submitted(database, keys, id="real", is_test=False, submitted_at=NOW - timedelta(days=400))

    assert purged(database, keys, NOW) == {Kept.TEST: 1}

    assert [is_there(database, one.lead_id) for one in (old, fresh, real)] == [False, True, True]
    with database.reading() as session:
        event = events.about(session, events.Subject("lead", str(old.lead_id)))[-1]
    assert (event.action, event.actor) == ("lead_deleted", events.Actor(events.ActorKind.OPERATOR))


@pytest.mark.parametrize("count", [3, 4, 5])
def test_many_go_in_several_short_transactions(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(retaining, "_AT_ONCE", 2)
    for number in range(count):
        submitted(database, keys, id=str(number), is_test=True, submitted_at=NOW - timedelta(days=8))

    assert [purged(database, keys, NOW) for _ in range(2)] == [{Kept.TEST: count}, {}]


@pytest.mark.parametrize("state", ENDS)
def test_who_has_ended_everywhere_goes_and_who_goes_on_somewhere_stays(
    database: Database, keys: Keys, state: State
) -> None:
    over, going_on, later = (submitted(database, keys, id=name) for name in ("over", "going on", "later"))
    with database.writing() as session:
        _set(session, over.lead_id, state)
        _set(session, going_on.lead_id, state, but="NCT00000002")
        _set(session, later.lead_id, state, at=NOW + timedelta(days=1))

    assert purged(database, keys, after(Kept.ENDED)) == {}
    assert purged(database, keys, after(Kept.ENDED) + A_MOMENT) == {Kept.ENDED: 1}
    assert [is_there(database, one.lead_id) for one in (over, going_on, later)] == [False, True, True]


def _set(session: Session, lead_id: UUID, state: State, at: datetime = NOW, but: str = "") -> None:
    ended = update(Referral).where(Referral.lead_id == lead_id, Referral.trial_id != but)
    session.execute(ended.values(state=state.value, state_changed_at=at))


def test_who_agreed_to_later_trials_stays_whatever_ended(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys, consents=(*SUBMISSION.consents, FUTURE))
    with database.writing() as session:
        _set(session, receipt.lead_id, State.DECLINED)
        data_subject_rights.withdraw(session, receipt.lead_id, _first(session, receipt.lead_id), NOW)

    assert purged(database, keys, NOW + timedelta(days=4000)) == {}


def _first(session: Session, lead_id: UUID) -> UUID:
    return session.scalars(select(Referral.id).where(Referral.lead_id == lead_id).limit(1)).one()


def test_who_withdrew_everything_goes_and_who_withdrew_in_part_stays(database: Database, keys: Keys) -> None:
    whole, part = (submitted(database, keys, id=name) for name in ("whole", "part"))
    with database.writing() as session:
        data_subject_rights.withdraw(session, whole.lead_id, None, NOW)
    with database.writing() as session:
        data_subject_rights.withdraw(session, part.lead_id, _first(session, part.lead_id), NOW)

    assert purged(database, keys, after(Kept.WITHDRAWN)) == {}
    assert purged(database, keys, after(Kept.WITHDRAWN) + A_MOMENT) == {Kept.WITHDRAWN: 1}
    assert [is_there(database, one.lead_id) for one in (whole, part)] == [False, True]
    with database.reading() as session:
        assert violations(session) == []


def test_who_never_confirmed_the_only_address_goes_and_nobody_else_does(database: Database, keys: Keys) -> None:
    never, rung, confirmed, called, replaced = (
        submitted(database, keys, id=name, **how)
        for name, how in (
            ("never", BY_EMAIL_ALONE),
            ("rung", {"consents": (SHARE_A, SHARE_B, PHONE, EMAIL)}),
            ("confirmed", BY_EMAIL_ALONE),
            ("called", BY_EMAIL_ALONE),
            ("replaced", BY_EMAIL_ALONE),
        )
    )
    with database.writing() as session:
        _set(session, called.lead_id, State.CONTACTED, but="NCT00000002")
    for one in (confirmed, replaced):
        with database.writing() as session:
            lead = person_lock.hold(session, one.lead_id)
            assert lead is not None
            note_confirmed(session, keys, lead, NOW)
    with database.writing() as session:
        lead = person_lock.hold(session, replaced.lead_id)
        assert lead is not None
        assert lead.contact is not None
        leads.change_contact(session, lead.id, lead.contact, None, "en")

    assert purged(database, keys, after(Kept.UNCONFIRMED)) == {}
    assert purged(database, keys, after(Kept.UNCONFIRMED) + A_MOMENT) == {Kept.UNCONFIRMED: 1}
    there = [is_there(database, one.lead_id) for one in (never, rung, confirmed, called, replaced)]
    assert there == [False, True, True, True, True]


def test_sessions_go_but_the_last_of_each_account(database: Database, keys: Keys) -> None:
    account = recruiter(database)
    with database.writing() as session:
        for number in range(3):
            new = NewSession(account.id, bytes([number]), "a browser", is_complete=True)
            sessions.start(session, new, NOW + timedelta(minutes=number))

    assert purged(database, keys, after(Kept.SESSIONS)) == {}
    assert purged(database, keys, after(Kept.SESSIONS) + timedelta(days=1)) == {Kept.SESSIONS: 2}
    with database.reading() as session:
        assert list(session.scalars(select(RecruiterSession.token_sha256))) == [b"\x02"]


def test_invitations_go_once_they_have_ended(database: Database, keys: Keys) -> None:
    invited = Invited("new@example.org", "New", Role.RECRUITER, (), frozenset())
    for number, lasts in enumerate((timedelta(0), timedelta(days=365))):
        with database.writing() as session:
            account_invitations.add(session, NewInvitation(bytes([number]), invited, None, NOW + lasts), NOW)

    assert purged(database, keys, after(Kept.INVITATIONS)) == {}
    assert purged(database, keys, after(Kept.INVITATIONS) + A_MOMENT) == {Kept.INVITATIONS: 1}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AccountInvitation)) == 1


def test_never_keeps_for_ever(database: Database, keys: Keys) -> None:
    submitted(database, keys, is_test=True)

    counts = retaining.purge(database, keys, retention("test=never"), NOW + timedelta(days=4000))

    assert Kept.TEST not in counts


def test_it_is_due_once_a_day(database: Database, keys: Keys) -> None:
    with database.reading() as session:
        assert retaining.is_due(session, NOW)
    retaining.purge(database, keys, PERIODS, NOW)

    with database.reading() as session:
        due = [retaining.is_due(session, NOW + timedelta(hours=hours)) for hours in (1, 14, 15)]
    assert due == [False, False, True]


def test_the_signature_holds_for_what_was_deleted_alone(database: Database, keys: Keys) -> None:
    retaining.purge(database, keys, PERIODS, NOW)
    [event] = _proofs(database)
    with database.writing() as session:
        events.record(session, replace(event, details={**event.details, "test": 7}))

    with database.reading() as session:
        assert [is_genuine for _, _, is_genuine in retaining.proofs(session, keys)] == [True, False]


def _proofs(database: Database) -> list[events.Event]:
    with database.reading() as session:
        return events.about(session, events.Subject("retention", "purge"))


def test_everything_that_is_kept_for_a_while_has_a_period_and_a_way_to_go() -> None:
    assert set(PERIODS) == set(Kept) == {*OVER, *retaining.ROWS}


@pytest.mark.parametrize("text", ["old=3", "test", "test=0", "test=-1", "test=1.5", "test=36501", "", "test=3,,"])
def test_a_period_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write such as|neither never nor days"):
        retention(text)
