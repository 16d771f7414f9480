"""Phone intake: a recruiter enters what a person says on the phone, after reading the consent out."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.participants import consents, leads
from prescreen.storage.participants.consents import GivenBy, Purpose
from prescreen.storage.referrals import referrals
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.participants.participant_letters import Desk, welcome
from prescreen.workflow.participants.submission import Receipt, Submission, submit


class NotTheirPlaceError(PermissionError):
    """Raised for a trial and site at which the recruiter may not enter people."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What can be said at the end of the call. `to_confirm`: a letter asks the person to confirm the address.

    `unasked` is how many questions were left empty that can still settle a criterion.
    """

    referral_id: UUID
    reference: str
    trial_id: str
    site_name: str
    is_test: bool
    to_confirm: bool
    unasked: int


def may_enter(recruiter: Account, trial_id: str, site_id: str) -> bool:
    """Return whether a recruiter may enter people for a site of a trial."""
    return may(recruiter, Permission.ENTER_LEADS, Place(trial_id, site_id))


def enter(session: Session, desk: Desk, recruiter: Account, submission: Submission) -> Receipt:
    """Store what a person said on the phone, ask them by letter to confirm their address; return the receipt.

    Every consent is marked as read out. Idempotent. Raise NotTheirPlaceError where a referral is to a place that is not
    the recruiter's, and the errors of `submit`.
    """
    if not all(may_enter(recruiter, one.trial_id, one.site_id) for one in submission.referrals):
        raise NotTheirPlaceError("a recruiter enters people for trials and sites of their own only")
    read_out = tuple(replace(one, given_by=GivenBy.READ_OUT) for one in submission.consents)
    receipt = submit(session, desk.keys, replace(submission, consents=read_out, entered_by=recruiter.id))
    welcome(session, desk, receipt)
    return receipt


def entered(session: Session, recruiter: Account, referral_id: UUID) -> Entered | None:
    """Return what the page at the end of the call shows, without the person's identity. A reading session is enough.

    None where this recruiter did not enter the referral, or the person was deleted since.
    """
    referral = referrals.find(session, referral_id)
    lead = leads.find(session, referral.lead_id) if referral else None
    if referral is None or lead is None or lead.deleted_at or lead.entered_by != recruiter.id:
        return None
    if not may_enter(recruiter, referral.trial_id, referral.site_id):
        return None
    by_email = consents.in_force(consents.of_lead(session, lead.id), Purpose.EMAIL)
    to_confirm = by_email and lead.email_index is None
    return Entered(
        referral_id=referral.id,
        reference=lead.reference,
        trial_id=referral.trial_id,
        site_name=referral.site_name,
        is_test=lead.is_test,
        to_confirm=to_confirm,
        unasked=len({name for finding in referral.findings for name in finding["open_questions"]}),
    )


def referral_entered(session: Session, receipt: Receipt) -> UUID:
    """Return the id of the only referral of a receipt: a person who phones in is referred to one place."""
    return referrals.of_lead(session, receipt.lead_id)[0].id


def note_refusal(session: Session, recruiter: Account, subject: events.Subject, now: datetime) -> None:
    """Record that a recruiter requested something that is not theirs or does not exist."""
    refused = events.Event(now, events.recruiter(recruiter.id), events.Action.REFERRAL_REFUSED, subject)
    events.record(session, refused)
