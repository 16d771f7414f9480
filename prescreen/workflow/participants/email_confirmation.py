"""E-mail addresses: a person confirms that an address is theirs, or says that it is not."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.sign_in_attempts import Tried
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import LetterKind, Posting
from prescreen.storage.participants import leads, person_lock
from prescreen.storage.participants.consents import Purpose
from prescreen.storage.participants.contacts import Contact, seal_contact
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.worklist import person_search
from prescreen.workflow.accounts.throttling import counted
from prescreen.workflow.participants import confirmation_limits, data_subject_rights, participant_letters
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data, opened
from prescreen.workflow.participants.participant_letters import Desk, fresh_token
from prescreen.workflow.participants.private_links import Answer, lead_answering, lead_named


def is_open(session: Session, keys: Keys, token: str, answers: tuple[Answer, ...], now: datetime) -> bool:
    """Return whether a token is valid for one of these answers. Nothing is changed."""
    return any(lead_answering(session, keys, token, answer, now) for answer in answers)


def erases_all(session: Session, keys: Keys, token: str, now: datetime) -> bool:
    """Return whether the answer "not me" with this token deletes the lead, not only its address. Nothing is changed."""
    lead_id = lead_answering(session, keys, token, Answer.NOT_ME, now)
    lead = leads.find(session, lead_id) if lead_id else None
    # A team spoke with those who were entered by phone; letters written by earlier code promised to delete them too.
    return lead is not None and lead.entered_by is None


def confirm_address(session: Session, desk: Desk, token: str) -> bool:
    """Store that the address is the person's, and write the receipt; return whether the token was valid.

    Idempotent: a second confirmation sends no second receipt.
    """
    _hold(session, token)
    lead_id = lead_answering(session, desk.keys, token, Answer.MINE, desk.now)
    lead = leads.find(session, lead_id) if lead_id else None
    if lead is None or lead.contact is None:
        return False
    if lead.email_index is None:
        note_confirmed(session, desk.keys, lead, desk.now)
        participant_letters.send_receipt(session, desk, lead.id)
    return True


def note_confirmed(session: Session, keys: Keys, lead: StoredLead, now: datetime) -> None:
    """Store that the address of a lead's contact is the person's. No letter is written."""
    held = opened(session, keys, lead)
    if held is not None:
        leads.confirm_email(session, lead.id, keys.index_of_email(held.contact.email))
        _record(session, events.Action.EMAIL_CONFIRMED, lead.id, now)
        confirmation_limits.note_answered(session, keys, held, now)


def disown_address(session: Session, keys: Keys, token: str, now: datetime) -> bool:
    """Delete what a stranger left with an address that is not theirs; return whether the token was valid.

    Only the address is deleted where it replaced an earlier one, or where there is another way to reach the person: the
    lead is then a real other person. The address is remembered, and not asked again for a while.
    """
    _hold(session, token)
    lead_id = lead_answering(session, keys, token, Answer.NOT_ME, now)
    lead_id = lead_id or lead_answering(session, keys, token, Answer.WRONG_ADDRESS, now)
    held = held_data(session, keys, lead_id) if lead_id else None
    if held is None:
        return False
    deletes = erases_all(session, keys, token, now)
    _record(session, events.Action.EMAIL_DISOWNED, held.lead_id, now)
    if deletes:
        data_subject_rights.delete(session, held.lead_id, now)
    else:
        _forget_address(session, keys, held, now)
    confirmation_limits.note_disowned(session, keys, held, now)
    return True


def disowned_at(session: Session, lead_id: UUID, contact: Contact) -> datetime | None:
    """Return when the owner of a person's e-mail address said that it is not theirs.

    None where that did not happen, or where the person gave another address since. A reading session is enough.
    """
    if contact.email:
        return None
    said = events.about(session, events.lead(lead_id), events.Action.EMAIL_DISOWNED)
    return said[-1].at if said else None


def _forget_address(session: Session, keys: Keys, held: HeldData, now: datetime) -> None:
    contact = replace(held.contact, email="")
    sealed = seal_contact(keys.ring, held.lead_id, contact)
    leads.change_contact(session, held.lead_id, sealed, None, contact.language)
    if held.email_confirmed:
        # Only then may a link have gone to that address. The person has others, and no other way back to their page.
        leads.renew_links(session, held.lead_id, keeping=None)
    person_search.renew(session, keys, held.lead_id, contact)
    data_subject_rights.withdraw_consent(session, held.lead_id, Purpose.EMAIL, now)


def _hold(session: Session, token: str) -> None:
    lead_id = lead_named(token)
    if lead_id is not None:
        person_lock.hold(session, lead_id)


def _record(session: Session, action: events.Action, lead_id: UUID, now: datetime) -> None:
    events.record(session, events.Event(now, events.participant(lead_id), action, events.lead(lead_id)))


MOST_LINKS = 5
"""At most how many leads of one address get their links, in one letter."""

MOST_TRIES = 5
"""At most how many requests in fifteen minutes for links to one e-mail address are accepted.

From one network address, which many people may share, as many requests are accepted as failed sign-ins are.
"""

_NOBODY = UUID(int=0)


def send_links_again(session: Session, desk: Desk, email: str, network_address: str) -> None:
    """Send links to all leads with an address, if it was confirmed; else do the same work but send no letter.

    After too many requests nothing is sent, and the caller cannot tell.
    """
    index, keys = desk.keys.index_of_email(email), desk.keys
    tried = Tried(keys.index_of_address("again", index.hex()), keys.index_of_address("again from", network_address))
    if counted(session, tried, desk.now, MOST_TRIES) is not None:
        return
    found = person_lock.hold_with_email(session, keys.indexes_of_email(email), MOST_LINKS)
    people = [held for one in found or [_nobody(keys, email, desk.now)] if (held := opened(session, keys, one))]
    _send(session, desk, people)


def _send(session: Session, desk: Desk, people: list[HeldData]) -> None:
    letter = desk.pen.links([(held, fresh_token(desk.keys, held, desk.now)) for held in people])
    newest = people[0]
    is_blank = newest.lead_id == _NOBODY
    posting = Posting(LetterKind.LINK, None if is_blank else newest.lead_id, newest.is_test, blank=is_blank)
    outbox.add(session, desk.keys.ring, posting, letter, desk.now)


def _nobody(keys: Keys, email: str, now: datetime) -> StoredLead:
    contact = Contact("", email, None, None, None, "en")
    return StoredLead(_NOBODY, "", seal_contact(keys.ring, _NOBODY, contact), None, "en", is_test=False, created_at=now)
