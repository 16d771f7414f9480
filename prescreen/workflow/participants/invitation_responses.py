"""Responses to invitations: a referral exists only once the person accepts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from prescreen.eligibility.assessment.answers import Answers
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.cohort import packed_answers
from prescreen.storage.participants import consents, person_lock, stored_answers, trial_invitations
from prescreen.storage.participants.consents import ConsentGiven, Purpose
from prescreen.storage.participants.trial_invitations import StoredInvitation
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import ReferralWanted
from prescreen.workflow.participants.submission import ConsentMissingError


class InvitationClosedError(LookupError):
    """Raised for an invitation that is not (or no longer) this person's to answer, or was answered before."""

    def __init__(self, invitation_id: UUID) -> None:
        self.invitation_id = invitation_id
        super().__init__(f"invitation {invitation_id} is not open; show the person what is held instead")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The acceptance of an invitation: the site, assessed again today, and the consents ticked with it."""

    lead_id: UUID
    invitation_id: UUID
    referral: ReferralWanted
    consents: Sequence[ConsentGiven]


def answers_still_meant(session: Session, lead_id: UUID, bank: QuestionBank) -> Answers:
    """Lock a person, and return the answers for a new assessment: those to questions that still have the same meaning.

    There are none where the consent to later trials was withdrawn.
    """
    person_lock.hold(session, lead_id)
    keys = packed_answers.keys_in(packed_answers.of_lead(session, lead_id) or b"")
    given = stored_answers.of_lead(session, lead_id)
    return given.only(
        tuple(name for name in given if name in bank and keys.intersection(packed_answers.keys_of(bank[name])))
    )


def accept_invitation(session: Session, acceptance: Acceptance, now: datetime) -> UUID:
    """Refer the person to the site they chose, and return the referral's id.

    Whether another site may be asked if that one does not answer is read anew: it may have been taken back meanwhile.
    Raise InvitationClosedError where the invitation is not open (any more), ConsentMissingError where no consent names
    that trial and site.
    """
    wanted = acceptance.referral
    invitation = _held_open(session, acceptance.lead_id, acceptance.invitation_id)
    if invitation.trial_id != wanted.trial_id:
        raise InvitationClosedError(invitation.id)
    if not any(_names(consent, wanted) for consent in acceptance.consents):
        raise ConsentMissingError(wanted.trial_id, wanted.site_id)
    _answer(session, invitation, accepted=True, now=now)
    by = consents.giver_of_later_ones(session, invitation.lead_id)
    consents.add(session, invitation.lead_id, [replace(one, given_by=by) for one in acceptance.consents], now)
    given = consents.of_lead(session, invitation.lead_id)
    wanted = replace(wanted, may_be_offered=consents.in_force(given, Purpose.ANOTHER_SITE))
    (referral_id,) = referrals.add(session, invitation.lead_id, [wanted], now)
    _record(session, events.Action.INVITATION_ACCEPTED, invitation, now, referral=str(referral_id))
    return referral_id


def _names(consent: ConsentGiven, wanted: ReferralWanted) -> bool:
    return (consent.purpose, consent.trial_id, consent.site_id) == (Purpose.SHARE, wanted.trial_id, wanted.site_id)


def decline_invitation(session: Session, lead_id: UUID, invitation_id: UUID, now: datetime) -> None:
    """Store that a person declines to be referred; raise InvitationClosedError where the invitation is not open."""
    invitation = _held_open(session, lead_id, invitation_id)
    _answer(session, invitation, accepted=False, now=now)
    _record(session, events.Action.INVITATION_DECLINED, invitation, now)


def _held_open(session: Session, lead_id: UUID, invitation_id: UUID) -> StoredInvitation:
    person_lock.hold(session, lead_id)
    invitation = trial_invitations.find(session, invitation_id)
    if invitation is None or invitation.lead_id != lead_id or invitation.answered_at is not None:
        raise InvitationClosedError(invitation_id)
    return invitation


def _answer(session: Session, invitation: StoredInvitation, *, accepted: bool, now: datetime) -> None:
    if not trial_invitations.answer(session, invitation.id, accepted=accepted, at=now):
        raise InvitationClosedError(invitation.id)


def _record(
    session: Session, action: events.Action, invitation: StoredInvitation, now: datetime, **details: str
) -> None:
    actor = events.participant(invitation.lead_id)
    subject = events.Subject("invitation", str(invitation.id))
    events.record(session, events.Event(now, actor, action, subject, {"trial": invitation.trial_id, **details}))
