"""Data subject rights: what a person who left contact details can see, withdraw and delete."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from prescreen.eligibility.assessment.answers import Answers
from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import packed_answers
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import LetterKind
from prescreen.storage.participants import consents, leads, person_lock
from prescreen.storage.participants import stored_answers as answers
from prescreen.storage.participants import trial_invitations as invitations
from prescreen.storage.participants.consents import StoredConsent
from prescreen.storage.participants.contacts import Contact, open_contact
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.participants.purposes import PURPOSES, Purpose
from prescreen.storage.participants.trial_invitations import StoredInvitation
from prescreen.storage.referrals import (
    call_checklist,
    call_log,
    notes,
    reassignments,
    referrals,
    reminders,
    state_changes,
)
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.storage.worklist import person_search


def end_work(session: Session, ended: Mapping[UUID, State], now: datetime) -> None:
    """Close the histories of these referrals, given with their last states, and erase every text that a team wrote.

    A waiting letter about an earlier end is cancelled. Call this after the referrals were withdrawn, in the same
    transaction, and before the letter about that is written.
    """
    for referral_id in ended:
        for told in state_changes.history(session, referral_id):
            if told.letter_id:
                outbox.cancel_one(session, told.letter_id)
    state_changes.erase_words(session, ended)
    call_checklist.erase(session, ended)
    call_log.erase(session, ended)
    notes.erase(session, ended)
    reminders.erase(session, ended)
    state_changes.add(session, *(_withdrawal(session, *one, now) for one in ended.items()))


def _withdrawal(session: Session, referral_id: UUID, state: State, now: datetime) -> StoredChange:
    at = state_changes.moment_after(session, referral_id, now)
    return StoredChange(new_id(at), referral_id, at, None, state, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class HeldData:
    """Everything that is held about a person. `entered_by` is the recruiter who entered it; None for the person."""

    lead_id: UUID
    reference: str
    is_test: bool
    created_at: datetime
    link_generation: int
    contact: Contact
    consents: tuple[StoredConsent, ...]
    referrals: tuple[StoredReferral, ...]
    answers: Answers = field(repr=False)
    invitations: tuple[StoredInvitation, ...] = ()
    email_confirmed: bool = False
    kept_session: bytes | None = field(default=None, repr=False)
    entered_by: UUID | None = None


def in_force_of(held: HeldData) -> frozenset[Purpose]:
    """Return the purposes that a person agrees to now, for any trial and site."""
    return frozenset(one.purpose for one in held.consents if one.withdrawn_at is None)


def held_data(session: Session, keys: Keys, lead_id: UUID) -> HeldData | None:
    """Return everything held about a person; None where there is no such lead any more. A reading session is enough."""
    lead = leads.find(session, lead_id)
    return opened(session, keys, lead) if lead else None


def found(session: Session, keys: Keys, reference: str) -> HeldData | None:
    """Return everything held about the person with a reference; None where nobody has it, or they were deleted."""
    lead_id = leads.with_reference(session, reference)
    return held_data(session, keys, lead_id) if lead_id else None


def opened(session: Session, keys: Keys, lead: StoredLead) -> HeldData | None:
    """Return everything held about a lead; None where it was deleted. A reading session is enough."""
    lead_id = lead.id
    if lead.contact is None:
        return None
    return HeldData(
        lead_id=lead_id,
        reference=lead.reference,
        is_test=lead.is_test,
        created_at=lead.created_at,
        link_generation=lead.link_generation,
        email_confirmed=lead.email_index is not None,
        kept_session=lead.kept_session,
        entered_by=lead.entered_by,
        contact=open_contact(keys.ring, lead_id, lead.contact),
        consents=tuple(consents.of_lead(session, lead_id)),
        referrals=tuple(referrals.of_lead(session, lead_id)),
        answers=answers.of_lead(session, lead_id),
        invitations=tuple(invitations.of_lead(session, lead_id)),
    )


def withdraw(
    session: Session, lead_id: UUID, referral_id: UUID | None, now: datetime, actor: events.Actor | None = None
) -> bool:
    """Withdraw from the trial of one referral, or (None) from all trials with every consent.

    Return whether there was anything to withdraw. At that trial all ends: a site that took over meanwhile ends with the
    one that the person saw. Answers that no remaining referral uses are erased, unless the consent to later trials is
    in force. Findings are erased; a withdrawn referral stays as a tombstone for later exports. Of a deleted person
    nothing can be withdrawn. `actor` is None where the person does it.
    """
    if person_lock.hold(session, lead_id) is None:
        return False
    standing = [one for one in referrals.of_lead(session, lead_id) if one.withdrawn_at is None]
    ended = {one.trial_id for one in standing if referral_id in (None, one.id)}
    chosen = [one for one in standing if one.trial_id in ended]
    if referral_id is None:
        consents.withdraw_all(session, lead_id, now)
        outbox.cancel(session, lead_id)
    for one in chosen:
        consents.withdraw_share(session, lead_id, one.trial_id, one.site_id, now)
    _end(session, actor or events.participant(lead_id), lead_id, chosen, now)
    _erase_unused(session, lead_id)
    return bool(chosen)


def withdraw_consent(
    session: Session, lead_id: UUID, purpose: Purpose, now: datetime, actor: events.Actor | None = None
) -> None:
    """Withdraw consent to one optional purpose: `future`, `another_site`, or a way of contact.

    Nothing changes for a deleted person. `actor` is None where the person does it.
    Raise ValueError for `share`, which ends with its referrals: withdraw those instead.
    """
    if PURPOSES[purpose].is_required:
        raise ValueError(f"consent to {purpose} ends with its referral; call withdraw")
    if person_lock.hold(session, lead_id) is None:
        return
    consents.withdraw_purpose(session, lead_id, purpose, now)
    if purpose is Purpose.EMAIL:
        outbox.cancel(session, lead_id)
    if purpose is Purpose.FUTURE:
        outbox.cancel(session, lead_id, LetterKind.INVITED)
    if purpose is Purpose.PHONE:
        outbox.cancel(session, lead_id, LetterKind.CALL_REMINDER)
    if purpose is Purpose.ANOTHER_SITE:
        reassignments.stop(session, lead_id)
    _erase_unused(session, lead_id)
    by = actor or events.participant(lead_id)
    _record(session, events.Action.CONSENT_WITHDRAWN, by, events.lead(lead_id), now)


def withdraw_again(
    session: Session, lead_id: UUID, taken_back: Container[UUID], now: datetime, actor: events.Actor
) -> None:
    """Withdraw consents that a person had taken back, given by their ids, where a restored database has them in force.

    If they are all that the person consented to, everything ends, as when a person withdraws from everything.
    """
    standing = consents.in_force_by_id(session, lead_id)
    again = [consent for consent_id, consent in standing.items() if consent_id in taken_back]
    if len(again) == len(standing):
        withdraw(session, lead_id, None, now, actor)
        return
    for purpose in {one.purpose for one in again if not PURPOSES[one.purpose].is_required}:
        withdraw_consent(session, lead_id, purpose, now, actor)
    trials = {one.trial_id for one in again if PURPOSES[one.purpose].is_required}
    for referral in referrals.of_lead(session, lead_id):
        if referral.trial_id in trials and referral.withdrawn_at is None:
            withdraw(session, lead_id, referral.id, now, actor)


def delete(session: Session, lead_id: UUID, now: datetime, actor: events.Actor | None = None) -> bool:
    """Erase contact and answers, end every referral, consent and link; return False where there is nothing to delete.

    Only tombstones stay. `actor` is None where the person deletes their own data.
    """
    if person_lock.hold(session, lead_id) is None:
        return False
    by = actor or events.participant(lead_id)
    standing = [one for one in referrals.of_lead(session, lead_id) if one.withdrawn_at is None]
    _end(session, by, lead_id, standing, now)
    consents.withdraw_all(session, lead_id, now)
    _leave_matching(session, lead_id, waiting=False)
    answers.erase_all_but(session, lead_id, ())
    outbox.erase(session, lead_id)
    person_search.erase(session, lead_id)
    leads.erase(session, lead_id, now)
    _record(session, events.Action.LEAD_DELETED, by, events.lead(lead_id), now)
    return True


def _end(session: Session, by: events.Actor, lead_id: UUID, ended: Collection[StoredReferral], now: datetime) -> None:
    referrals.withdraw(session, lead_id, [one.id for one in ended], now)
    end_work(session, {one.id: one.state for one in ended}, now)
    for one in ended:
        _record(session, events.Action.REFERRAL_WITHDRAWN, by, events.referral(one.id), now)


def _erase_unused(session: Session, lead_id: UUID) -> None:
    """Erase the answers that no referral uses, and the search index of a person without referrals."""
    if consents.in_force(consents.of_lead(session, lead_id), Purpose.FUTURE):
        return
    _leave_matching(session, lead_id, waiting=True)
    standing = [one for one in referrals.of_lead(session, lead_id) if one.withdrawn_at is None]
    if not standing:
        # No team has a reason left to search for them.
        person_search.erase(session, lead_id)
    answers.erase_all_but(session, lead_id, {question_id for one in standing for question_id in one.question_ids})


def _leave_matching(session: Session, lead_id: UUID, *, waiting: bool) -> None:
    """Remove a person from all future matching, and erase their invitations: those that wait for an answer, or all."""
    packed_answers.erase(session, lead_id)
    invitations.erase(session, lead_id, waiting=waiting)


def _record(session: Session, action: events.Action, by: events.Actor, subject: events.Subject, now: datetime) -> None:
    events.record(session, events.Event(now, by, action, subject))
