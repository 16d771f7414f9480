"""People such as a made-up sample has none of: a long record, one way of contact, a wrong number, an offer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from prescreen.storage import Session
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.referrals import call_log, referrals, reminders
from prescreen.storage.referrals.call_log import Call, CallOutcome, NewCall
from prescreen.storage.tables import Referral
from prescreen.web.base.request_context import Resources
from prescreen.workflow.participants.submission import Purpose
from tests.web.referred import refer

TWO_SITES = "NCT06615518"
_OUTCOMES = (CallOutcome.NO_ANSWER, CallOutcome.LEFT_MESSAGE, CallOutcome.NO_ANSWER, CallOutcome.REACHED) * 3
_NOTE = "Her daughter picked up: she is at work until six, and would rather be called on the landline."


def rare_people(resources: Resources, reader: str) -> dict[str, str]:
    """Refer them, with reminders of the reader that are due, and return the addresses of their pages by a name."""
    made = {
        "by email alone": _referred(resources, name="Email Placeholder", agreed=(Purpose.EMAIL,), phone=None),
        "address disowned": _referred(resources, name="Disowned Placeholder", email=""),
        "wrong number": _referred(resources, name="Number Placeholder", agreed=(Purpose.PHONE, Purpose.EMAIL)),
        "long record": _referred(resources, name="Record Placeholder"),
    }
    offered = _referred(resources, name="Offer Placeholder", trial_id=TWO_SITES, agreed=tuple(Purpose)[1:])
    now = datetime.now(UTC)
    with resources.database.writing() as session:
        account = recruiters.with_email(session, reader)
        assert account is not None
        _disown(session, made["address disowned"], now)
        _log(session, resources, made["wrong number"], account, CallOutcome.WRONG_NUMBER)
        _log(session, resources, made["long record"], account, *_OUTCOMES)
        _remind(session, resources, made["long record"], account)
        waited = {"created_at": now - timedelta(days=30), "due_at": now - timedelta(days=20), "offered_from": now}
        session.execute(update(Referral).where(Referral.id == offered).values(**waited))
    return {name: f"/recruiter/referrals/{referral_id}" for name, referral_id in made.items()}


def _referred(resources: Resources, **details: Any) -> UUID:
    catalog = resources.catalog.current(datetime.now(UTC).date())
    receipt = refer(resources.database, resources.keys, catalog, days=5, **details)
    with resources.database.reading() as session:
        return referrals.of_lead(session, receipt.lead_id)[0].id


def _disown(session: Session, referral_id: UUID, at: datetime) -> None:
    found = referrals.find(session, referral_id)
    assert found is not None
    lead = events.lead(found.lead_id)
    actor = events.Actor(events.ActorKind.PARTICIPANT, str(found.lead_id))
    events.record(session, events.Event(at, actor, events.Action.EMAIL_DISOWNED, lead, {}))


def _log(session: Session, resources: Resources, referral_id: UUID, account: Account, *outcomes: CallOutcome) -> None:
    for number, outcome in enumerate(outcomes):
        at = datetime.now(UTC) - timedelta(hours=5 * (len(outcomes) - number))
        call_log.add(session, resources.keys.ring, NewCall(referral_id, account.id, at, Call(outcome, _NOTE)))


def _remind(session: Session, resources: Resources, referral_id: UUID, account: Account) -> None:
    now = datetime.now(UTC)
    for text, due_at in (("ask for the scan", now - timedelta(days=1)), ("ring her doctor", now + timedelta(days=3))):
        wanted = reminders.Wanted(due_at, text)
        reminders.add(session, resources.keys.ring, (referral_id, account.id), wanted, now - timedelta(days=2))
