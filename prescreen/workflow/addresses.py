"""Addresses: a person says that an e-mail address is theirs, or that it is not."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from prescreen.storage import Session, audit, leads, search
from prescreen.storage.consents import Purpose
from prescreen.storage.contacts import open_contact, seal_contact
from prescreen.storage.keys import Keys
from prescreen.storage.leads import StoredLead
from prescreen.workflow import notices, participation
from prescreen.workflow.links import Answer, lead_answering
from prescreen.workflow.notices import Desk


def is_open(session: Session, keys: Keys, token: str, answers: tuple[Answer, ...], now: datetime) -> bool:
    """Say whether a token serves for one of these answers. It changes nothing."""
    return any(lead_answering(session, keys, token, answer, now) for answer in answers)


def confirm_address(session: Session, desk: Desk, token: str) -> bool:
    """Note that the address is the person's, and send the receipt; say whether the token served.

    Saying it twice is well, and sends one receipt.
    """
    lead_id = lead_answering(session, desk.keys, token, Answer.MINE, desk.now)
    lead = leads.find(session, lead_id) if lead_id else None
    if lead is None or lead.contact is None:
        return False
    if lead.email_index is None:
        note_confirmed(session, desk.keys, lead, desk.now)
        notices.send_receipt(session, desk, lead.id)
    return True


def note_confirmed(session: Session, keys: Keys, lead: StoredLead, now: datetime) -> None:
    """Note that the address of a lead's contact is the person's. It sends nothing."""
    if lead.contact is not None:
        email = open_contact(keys.ring, lead.id, lead.contact).email
        leads.confirm_email(session, lead.id, keys.index_of_email(email))
        _record(session, audit.Action.EMAIL_CONFIRMED, lead.id, now)


def disown_address(session: Session, keys: Keys, token: str, now: datetime) -> bool:
    """Delete what a stranger left with somebody's address; say whether the token served.

    Where the address took the place of another one, only the address goes: the person is another, and real.
    """
    mistaken = lead_answering(session, keys, token, Answer.NOT_ME, now)
    if mistaken is not None:
        _record(session, audit.Action.EMAIL_DISOWNED, mistaken, now)
        return participation.delete(session, mistaken, now)
    mistyped = lead_answering(session, keys, token, Answer.WRONG_ADDRESS, now)
    if mistyped is not None:
        _forget_address(session, keys, mistyped, now)
    return mistyped is not None


def _forget_address(session: Session, keys: Keys, lead_id: UUID, now: datetime) -> None:
    lead = leads.find(session, lead_id)
    if lead is None or lead.contact is None:
        return
    contact = replace(open_contact(keys.ring, lead_id, lead.contact), email="")
    leads.change_contact(session, lead_id, seal_contact(keys.ring, lead_id, contact), None, contact.language)
    search.renew(session, keys, lead_id, contact)
    _record(session, audit.Action.EMAIL_DISOWNED, lead_id, now)
    participation.withdraw_consent(session, lead_id, Purpose.EMAIL, now)


def _record(session: Session, action: audit.Action, lead_id: UUID, now: datetime) -> None:
    audit.record(session, audit.Event(now, audit.participant(lead_id), action, audit.lead(lead_id)))
