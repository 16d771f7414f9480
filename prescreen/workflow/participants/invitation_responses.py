"""Responses to invitations: a referral exists only once the person accepts, and who wants no more gets none.

A letter's header has a link that ends invitations without a cookie, for one address at once. The link does nothing
else, since mail programs and their operators handle it (RFC 2369, RFC 8058). It does not expire, since a person may ask
for no more letters for as long as they keep one.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from prescreen.eligibility.assessment.answers import Answers
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import packed_answers
from prescreen.storage.participants import consents, leads, person_lock, stored_answers, trial_invitations
from prescreen.storage.participants.consents import ConsentGiven, Purpose
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.participants.trial_invitations import StoredInvitation
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import ReferralWanted, Referred
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.referral_evidence import answers_of_same_meaning
from prescreen.workflow.participants.submission import ConsentMissingError

_ID_BYTES, _SIGNATURE_BYTES = 16, 32
_PURPOSE = b"no more invitations|"


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
    packed = packed_answers.of_lead(session, lead_id) or b""
    return answers_of_same_meaning(stored_answers.of_lead(session, lead_id), packed, bank)


def accept_invitation(session: Session, acceptance: Acceptance, now: datetime) -> UUID:
    """Refer the person to the site they chose, and return the referral's id.

    Whether another site may be asked if that one does not answer is read anew: it may have been taken back meanwhile.
    Raise InvitationClosedError where the invitation is not open (any more), ConsentMissingError where no consent names
    that trial and site.
    """
    wanted = acceptance.referral
    lead, invitation = _held_open(session, acceptance.lead_id, acceptance.invitation_id)
    if invitation.trial_id != wanted.trial_id:
        raise InvitationClosedError(invitation.id)
    if not any(_names(consent, wanted) for consent in acceptance.consents):
        raise ConsentMissingError(wanted.trial_id, wanted.site_id)
    _answer(session, invitation, accepted=True, now=now)
    by = consents.giver_of_later_ones(session, invitation.lead_id)
    consents.add(session, invitation.lead_id, [replace(one, given_by=by) for one in acceptance.consents], now)
    given = consents.of_lead(session, invitation.lead_id)
    wanted = replace(wanted, may_be_offered=consents.in_force(given, Purpose.ANOTHER_SITE))
    (referral,) = referrals.add(session, Referred(lead.id, lead.reference, lead.is_test), [wanted], now)
    _record(session, events.Action.INVITATION_ACCEPTED, invitation, now, referral=str(referral.id))
    return referral.id


def _names(consent: ConsentGiven, wanted: ReferralWanted) -> bool:
    return (consent.purpose, consent.trial_id, consent.site_id) == (Purpose.SHARE, wanted.trial_id, wanted.site_id)


def decline_invitation(session: Session, lead_id: UUID, invitation_id: UUID, now: datetime) -> None:
    """Store that a person declines to be referred; raise InvitationClosedError where the invitation is not open."""
    _lead, invitation = _held_open(session, lead_id, invitation_id)
    _answer(session, invitation, accepted=False, now=now)
    _record(session, events.Action.INVITATION_DECLINED, invitation, now)


def _held_open(session: Session, lead_id: UUID, invitation_id: UUID) -> tuple[StoredLead, StoredInvitation]:
    lead = person_lock.hold(session, lead_id)
    invitation = trial_invitations.find(session, invitation_id)
    if lead is None or invitation is None or invitation.lead_id != lead_id or invitation.answered_at is not None:
        raise InvitationClosedError(invitation_id)
    return lead, invitation


def _answer(session: Session, invitation: StoredInvitation, *, accepted: bool, now: datetime) -> None:
    if not trial_invitations.answer(session, invitation.id, accepted=accepted, at=now):
        raise InvitationClosedError(invitation.id)


def _record(
    session: Session, action: events.Action, invitation: StoredInvitation, now: datetime, **details: str
) -> None:
    actor = events.participant(invitation.lead_id)
    subject = events.Subject("invitation", str(invitation.id))
    events.record(session, events.Event(now, actor, action, subject, {"trial": invitation.trial_id, **details}))


def opt_out_token(keys: Keys, lead_id: UUID, email_index: bytes) -> str:
    """Return the token by which the holder of a confirmed address ends invitations to it."""
    signature = hmac.digest(keys.links, _PURPOSE + lead_id.bytes + email_index, "sha256")
    return base64.urlsafe_b64encode(lead_id.bytes + signature).decode()


def can_opt_out(session: Session, keys: Keys, token: str) -> bool:
    """Return whether a token is valid: it is genuine, and the person still has the address. Nothing is changed."""
    lead_id = _lead_id(token)
    lead = leads.find(session, lead_id) if lead_id else None
    return lead is not None and _is_genuine(keys, token, lead)


def opt_out(session: Session, keys: Keys, token: str, now: datetime) -> bool:
    """Withdraw the consent to later trials for everything left with an address; return whether the token was valid.

    Idempotent.
    """
    lead_id = _lead_id(token)
    same = person_lock.hold_same_email(session, lead_id, partial(_indexes, keys)) if lead_id else []
    if not any(one.id == lead_id and _is_genuine(keys, token, one) for one in same):
        return False
    for one in same:
        if consents.in_force(consents.of_lead(session, one.id), Purpose.FUTURE):
            data_subject_rights.withdraw_consent(session, one.id, Purpose.FUTURE, now)
    return True


def _is_genuine(keys: Keys, token: str, lead: leads.StoredLead) -> bool:
    # Nothing is expected of a lead without a confirmed address.
    pairs = zip(keys.generations, _indexes(keys, lead), strict=False)
    expected = [opt_out_token(one, lead.id, index) for one, index in pairs]
    return any(hmac.compare_digest(one.encode(), token.encode()) for one in expected)


def _indexes(keys: Keys, lead: leads.StoredLead) -> tuple[bytes, ...]:
    """Return every index of a lead's confirmed address; none where none is confirmed."""
    if lead.email_index is None or lead.contact is None:
        return ()
    return keys.indexes_of_email(open_contact(keys.ring, lead.id, lead.contact).email)


def _lead_id(token: str) -> UUID | None:
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=raw[:_ID_BYTES]) if len(raw) == _ID_BYTES + _SIGNATURE_BYTES else None
