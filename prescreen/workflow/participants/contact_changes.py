"""Corrections: a person changes contact details, or allows one more way of contact."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.participants import consents, leads, person_lock
from prescreen.storage.participants.consents import ConsentGiven, Purpose
from prescreen.storage.participants.contacts import Contact, seal_contact
from prescreen.storage.referrals import reassignments, referrals
from prescreen.storage.worklist import person_search
from prescreen.workflow.participants import participant_letters
from prescreen.workflow.participants.data_subject_rights import HeldData, opened
from prescreen.workflow.participants.participant_letters import Desk


def correct_contact(  # noqa: PLR0913 - what is corrected, and in which browser
    session: Session,
    desk: Desk,
    lead_id: UUID,
    contact: Contact,
    miles: Mapping[UUID, int | None] | None = None,
    *,
    keeping: bytes | None = None,
) -> tuple[str, ...]:
    """Replace the stored contact details by these, and return the names of those that changed.

    A new e-mail address must be confirmed; a letter tells the replaced address, if that was confirmed, and all private
    links end, since the old address may be another person's. The browser with the session `keeping` stays open. `miles`
    holds the new distance of the site of each referral, by referral id.
    """
    lead = person_lock.hold(session, lead_id)
    before = opened(session, desk.keys, lead) if lead else None
    changed = _changed(before.contact, contact) if before else ()
    if lead is None or before is None or not changed:
        return ()
    same = _is_same_address(desk.keys, before, contact)
    sealed = seal_contact(desk.keys.ring, lead_id, contact)
    leads.change_contact(session, lead_id, sealed, lead.email_index if same else None, contact.language)
    person_search.renew(session, desk.keys, lead_id, contact)
    for referral_id, distance in (miles or {}).items():
        referrals.set_miles(session, referral_id, distance)
    _record(session, events.Action.CONTACT_CHANGED, lead_id, desk.now, fields=list(changed))
    if not same:
        leads.renew_links(session, lead_id, keeping)
        outbox.cancel(session, lead_id)
        participant_letters.tell_old_address(session, desk, before)
        participant_letters.ask_to_confirm(session, desk, lead_id, anew=True)
    return changed


def _changed(before: Contact, after: Contact) -> tuple[str, ...]:
    new = asdict(after)
    return tuple(name for name, value in asdict(before).items() if value != new[name])


def _is_same_address(keys: Keys, before: HeldData, after: Contact) -> bool:
    return keys.index_of_email(before.contact.email) == keys.index_of_email(after.email)


def allow_channel(session: Session, desk: Desk, lead_id: UUID, given: ConsentGiven) -> bool:
    """Store that a person allows one more way of contact; return False where it was allowed already.

    It is not stored for a deleted person. Raise ValueError for a purpose that is not a way of contact. For e-mail, a
    letter asks the person to confirm the address, unless they have.
    """
    if given.purpose not in consents.CHANNELS:
        raise ValueError(f"{given.purpose} is not a way of contact")
    if not _may_be_given(session, lead_id, given.purpose):
        return False
    _add(session, lead_id, given, desk.now)
    if given.purpose is Purpose.EMAIL:
        participant_letters.ask_to_confirm(session, desk, lead_id, anew=True)
    return True


def allow_another_site(session: Session, lead_id: UUID, given: ConsentGiven, now: datetime) -> bool:
    """Store that another site may be asked where one does not answer; return False where it was allowed already.

    It is not stored for a deleted person. Raise ValueError for another purpose.
    """
    if given.purpose is not Purpose.ANOTHER_SITE:
        raise ValueError(f"{given.purpose} does not allow to ask another site")
    if not _may_be_given(session, lead_id, given.purpose):
        return False
    _add(session, lead_id, given, now)
    reassignments.start(session, lead_id)
    return True


def ask_again(session: Session, desk: Desk, lead_id: UUID) -> None:
    """Ask the person by letter, once more, whether the address is theirs, within the limit for one address."""
    if person_lock.hold(session, lead_id) is not None:
        participant_letters.ask_to_confirm(session, desk, lead_id, again=True)


def _may_be_given(session: Session, lead_id: UUID, purpose: Purpose) -> bool:
    """Lock the person, then return whether that consent can be added: they are not deleted, and it is not in force."""
    lead = person_lock.hold(session, lead_id)
    return lead is not None and not consents.in_force(consents.of_lead(session, lead_id), purpose)


def _add(session: Session, lead_id: UUID, given: ConsentGiven, now: datetime) -> None:
    by = consents.giver_of_later_ones(session, lead_id)
    consents.add(session, lead_id, (replace(given, given_by=by),), now)
    _record(session, events.Action.CONSENT_GIVEN, lead_id, now, purpose=given.purpose.value)


def _record(session: Session, action: events.Action, lead_id: UUID, now: datetime, **details: object) -> None:
    events.record(session, events.Event(now, events.participant(lead_id), action, events.lead(lead_id), details))
