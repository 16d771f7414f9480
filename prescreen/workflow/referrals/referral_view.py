"""The page of one referral: the person behind it, as their recruiters may see them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from prescreen.eligibility.assessment.answers import Answers
from prescreen.storage import Session, Transactions
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents, leads
from prescreen.storage.participants import stored_answers as answers
from prescreen.storage.participants.consents import CHANNELS, Purpose, StoredConsent
from prescreen.storage.participants.contact_details import allowed_contact
from prescreen.storage.participants.contacts import Contact, open_contact
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.referrals import call_checklist as ticks
from prescreen.storage.referrals import call_log as calls
from prescreen.storage.referrals import referrals, reminders
from prescreen.storage.referrals.call_checklist import Tick
from prescreen.storage.referrals.call_log import StoredCall
from prescreen.storage.referrals.referrals import Page as Page
from prescreen.storage.referrals.referrals import State as State
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.reminders import StoredReminder
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.participants.email_confirmation import disowned_at

_MOST = 20
"""At most how many leads with one address are examined, the newest first."""


def same_email(
    session: Session, recruiter: Account, referral: StoredReferral, lead: StoredLead, indexes: Collection[bytes]
) -> tuple[StoredReferral, ...]:
    """Return the other referrals of this lead, and of leads who confirmed the same address.

    `indexes` are those of the lead's address, under the present and earlier keys. Only those to the recruiter's own
    trials and sites, with consents in force. The existence of others is not revealed.
    """
    alike = leads.with_email(session, indexes, _MOST) if lead.email_index else []
    lead_ids = list(dict.fromkeys((lead.id, *(one.id for one in alike))))
    agreed = consents.of_leads(session, lead_ids)
    found = [one for lead_id in lead_ids for one in referrals.of_lead(session, lead_id) if one.id != referral.id]
    return tuple(one for one in found if _may_be_told(recruiter, one, agreed.get(one.lead_id, [])))


def _may_be_told(recruiter: Account, other: StoredReferral, agreed: list[StoredConsent]) -> bool:
    place = Place(other.trial_id, other.site_id)
    shared = any(
        one.purpose is Purpose.SHARE
        and one.withdrawn_at is None
        and (one.trial_id, one.site_id) == (other.trial_id, other.site_id)
        for one in agreed
    )
    return shared and other.withdrawn_at is None and may(recruiter, Permission.SEE_IDENTITY, place)


@dataclass(frozen=True, slots=True)
class ReferralView:
    """One referral with the person behind it. For a withdrawn one, only the referral.

    `contact` holds only the details that may leave; `answers` are those that the trial uses; `channels` the ways of
    contact that the person agreed to; `evidence` the criteria as they were when the person was assessed. `ticks` are
    the items of the call script that were done, oldest first; `calls` the log, newest first; `same_email` other
    referrals with the same e-mail address, as far as they are the recruiter's too. `no_phone`: no number was given;
    `disowned_at`: when the owner of the e-mail address said that it is not theirs, unless another was given since;
    `reminder`: the reader's own, the most urgent one.
    """

    referral: StoredReferral
    contact: Contact | None
    answers: Answers = field(repr=False)
    channels: tuple[Purpose, ...]
    consents: tuple[StoredConsent, ...]
    evidence: str | None
    ticks: tuple[Tick, ...] = ()
    calls: tuple[StoredCall, ...] = ()
    same_email: tuple[StoredReferral, ...] = ()
    no_phone: bool = False
    disowned_at: datetime | None = None
    reminder: StoredReminder | None = None


def may_see(recruiter: Account, referral: StoredReferral) -> bool:
    """Return whether a recruiter may see a referral: only if it is to a trial and site of theirs."""
    return may(recruiter, Permission.SEE_IDENTITY, Place(referral.trial_id, referral.site_id))


def view_referral(
    database: Transactions, keys: Keys, recruiter: Account, referral_id: UUID, now: datetime
) -> ReferralView | None:
    """Record that a referral is viewed, then return it.

    None where there is none or it is not theirs (which is recorded too), so that the two cannot be distinguished. Only
    the record is a writing transaction.
    """
    with database.reading() as session:
        view = _found(session, keys, recruiter, referral_id)
    seen = events.Action.REFERRAL_VIEWED if view else events.Action.REFERRAL_REFUSED
    with database.writing() as session:
        events.record(session, _event(seen, recruiter, referral_id, now, _also_shown(view) if view else {}))
    return view


def _found(session: Session, keys: Keys, recruiter: Account, referral_id: UUID) -> ReferralView | None:
    referral = referrals.find(session, referral_id)
    if referral is None or not may_see(recruiter, referral):
        return None
    return _tombstone(referral) if referral.withdrawn_at else _view(session, keys, recruiter, referral)


def _also_shown(view: ReferralView) -> dict[str, object]:
    return {"same_email": [str(one.id) for one in view.same_email]} if view.same_email else {}


def _event(
    action: events.Action,
    recruiter: Account,
    referral_id: UUID,
    now: datetime,
    details: dict[str, object],
) -> events.Event:
    return events.Event(now, events.recruiter(recruiter.id), action, events.referral(referral_id), details)


def _tombstone(referral: StoredReferral) -> ReferralView:
    return ReferralView(referral, None, Answers(), (), (), None)


def _view(session: Session, keys: Keys, recruiter: Account, referral: StoredReferral) -> ReferralView:
    lead = leads.find(session, referral.lead_id)
    agreed = relevant(consents.of_lead(session, referral.lead_id), referral)
    contact = open_contact(keys.ring, lead.id, lead.contact) if lead and lead.contact else None
    return ReferralView(
        referral=referral,
        contact=allowed_contact(contact, channels(agreed)) if contact else None,
        no_phone=contact is None or contact.phone is None,
        disowned_at=disowned_at(session, referral.lead_id, contact) if contact else None,
        answers=answers.of_lead(session, referral.lead_id).only(referral.question_ids),
        channels=channels(agreed),
        consents=agreed,
        evidence=referrals.evidence(session, referral.fingerprint),
        ticks=tuple(ticks.of_referral(session, referral.id)),
        calls=tuple(calls.of_referral(session, keys.ring, referral.id)),
        same_email=same_email(session, recruiter, referral, lead, keys.indexes_of_email(contact.email))
        if lead and contact
        else (),
        reminder=reminders.earliest(session, keys.ring, [referral.id], recruiter.id).get(referral.id),
    )


def relevant(given: list[StoredConsent], referral: StoredReferral) -> tuple[StoredConsent, ...]:
    """Return the consents in force that name this trial and site, or no site."""
    return tuple(
        one
        for one in given
        if one.withdrawn_at is None
        and one.trial_id in (None, referral.trial_id)
        and one.site_id in (None, referral.site_id)
    )


def channels(agreed: tuple[StoredConsent, ...]) -> tuple[Purpose, ...]:
    """Return the ways of contact among these consents."""
    purposes = {one.purpose for one in agreed}
    return tuple(channel for channel in CHANNELS if channel in purposes)
