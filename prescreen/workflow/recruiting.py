"""Recruiting: the person behind one referral."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from prescreen.eligibility.answers import Answers
from prescreen.storage import Session, answers, audit, calls, consents, leads, referrals, ticks
from prescreen.storage.calls import StoredCall
from prescreen.storage.consents import CHANNELS, Purpose, StoredConsent
from prescreen.storage.contacts import Contact, open_contact
from prescreen.storage.keys import Keys
from prescreen.storage.recruiters import Account
from prescreen.storage.referrals import Page as Page
from prescreen.storage.referrals import State as State
from prescreen.storage.referrals import StoredReferral as StoredReferral
from prescreen.storage.ticks import Tick
from prescreen.workflow.duplicates import same_email
from prescreen.workflow.policy import Permission, Place, may


@dataclass(frozen=True, slots=True)
class ReferralView:
    """One referral with the person behind it. A withdrawn one has nothing but the referral.

    `answers` are those that the trial uses; `channels` the ways of contact that the person agreed to; `evidence` the
    criteria as they were when the person was judged. `ticks` are the items of the call script that were done, oldest
    first; `calls` the log, newest first; `same_email` the other referrals of who has that address, as far as they are
    the recruiter's too.
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


def may_see(recruiter: Account, referral: StoredReferral) -> bool:
    """Say whether a recruiter may see a referral: it is to a trial and site of theirs. Nothing else is allowed."""
    return may(recruiter, Permission.SEE_IDENTITY, Place(referral.trial_id, referral.site_id))


def view_referral(
    session: Session, keys: Keys, recruiter: Account, referral_id: UUID, now: datetime
) -> ReferralView | None:
    """Show one referral, and record that it was seen.

    None where there is none or it is not theirs (which is recorded too): the two look alike from outside.
    """
    referral = referrals.find(session, referral_id)
    if referral is None or not may_see(recruiter, referral):
        audit.record(session, _event(audit.Action.REFERRAL_REFUSED, recruiter, referral_id, now))
        return None
    view = _tombstone(referral) if referral.withdrawn_at else _view(session, keys, recruiter, referral)
    seen = _event(audit.Action.REFERRAL_VIEWED, recruiter, referral_id, now, _also_shown(view))
    audit.record(session, seen)
    return view


def _also_shown(view: ReferralView) -> dict[str, object]:
    return {"same_email": [str(one.id) for one in view.same_email]} if view.same_email else {}


def _event(
    action: audit.Action, recruiter: Account, referral_id: UUID, now: datetime, details: dict[str, object] | None = None
) -> audit.Event:
    actor = audit.recruiter(recruiter.id)
    return audit.Event(now, actor, action, audit.referral(referral_id), details or {})


def _tombstone(referral: StoredReferral) -> ReferralView:
    return ReferralView(referral, None, Answers(), (), (), None)


def _view(session: Session, keys: Keys, recruiter: Account, referral: StoredReferral) -> ReferralView:
    lead = leads.find(session, referral.lead_id)
    agreed = relevant(consents.of_lead(session, referral.lead_id), referral)
    return ReferralView(
        referral=referral,
        contact=open_contact(keys.ring, lead.id, lead.contact) if lead and lead.contact else None,
        answers=answers.of_lead(session, referral.lead_id).only(referral.question_ids),
        channels=channels(agreed),
        consents=agreed,
        evidence=referrals.evidence(session, referral.fingerprint),
        ticks=tuple(ticks.of_referral(session, referral.id)),
        calls=tuple(calls.of_referral(session, keys.ring, referral.id)),
        same_email=same_email(session, recruiter, referral, lead) if lead else (),
    )


def relevant(given: list[StoredConsent], referral: StoredReferral) -> tuple[StoredConsent, ...]:
    """Give the consents in force that name this trial and site, or none in particular."""
    return tuple(
        one
        for one in given
        if one.withdrawn_at is None
        and one.trial_id in (None, referral.trial_id)
        and one.site_id in (None, referral.site_id)
    )


def channels(agreed: tuple[StoredConsent, ...]) -> tuple[Purpose, ...]:
    """Give the ways of contact among these consents."""
    purposes = {one.purpose for one in agreed}
    return tuple(channel for channel in CHANNELS if channel in purposes)
