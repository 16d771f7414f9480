"""Letters to participants, put into the outbox in the transaction of the change that they report.

This module decides whether a letter may be written: only to a person who agreed to e-mail and, until they confirm the
address, only the request to do so. The texts come from a `Pen`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from prescreen.storage.participants import leads
from prescreen.storage.participants.consents import CHANNELS, Purpose
from prescreen.storage.participants.contact_details import address_for
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.states import states_where
from prescreen.workflow.participants import confirmation_limits
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data, in_force_of, opened
from prescreen.workflow.participants.invitation_responses import opt_out_token
from prescreen.workflow.participants.private_links import ANSWER_LASTS, LINK_LASTS, Answer, answer_token, link_token
from prescreen.workflow.participants.submission import Receipt

ENDED = states_where(lambda one: one.is_end)
"""The states in which a referral ends."""


class Pen(Protocol):
    """Composes letters in the person's language."""

    def confirmation(self, held: HeldData, confirm: str, not_me: str, *, anew: bool, erases_all: bool = True) -> Letter:
        """Return the letter that asks whether the address is the person's; it names no condition."""

    def receipt(self, held: HeldData, token: str) -> Letter:
        """Return the letter about what was stored and what happens next."""

    def links(self, found: Sequence[tuple[HeldData, str]]) -> Letter:
        """Return the letter with the links to all leads of one address."""

    def address_changed(self, held: HeldData) -> Letter:
        """Return the letter to an address about its replacement by another."""

    def ended(self, held: HeldData, referral: StoredReferral, token: str) -> Letter:
        """Return the letter about the end of a referral, and how it ended."""

    def taken_over(self, held: HeldData, before: StoredReferral, now: StoredReferral, token: str) -> Letter:
        """Return the letter about another site of a trial, which took over from one that did not answer."""

    def invited(self, held: HeldData, trial_id: str, token: str, opt_out: str) -> Letter:
        """Return the letter about a trial that may fit; `opt_out` is the token that ends such letters."""

    def call_reminder(self, held: HeldData, referral: StoredReferral, at: datetime, token: str) -> Letter:
        """Return the letter that reminds of a call by a team."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What letters are written with: the composer of their texts, the keys, and the present time."""

    keys: Keys
    pen: Pen
    now: datetime


def welcome(session: Session, desk: Desk, receipt: Receipt) -> HeldData | None:
    """Ask a person who was stored just now to confirm the address, and return all that is held about them.

    Call this in the transaction of the submission. No letter is written for one that had been stored before. Return
    None where the person was deleted since.
    """
    held = receipt.stored
    if held is None:
        return held_data(session, desk.keys, receipt.lead_id)
    if _can_be_asked(held):
        _ask(session, desk, held, _question(desk, held, anew=False, erases_all=not _is_vouched(held)))
    return held


def ask_to_confirm(session: Session, desk: Desk, lead_id: UUID, *, anew: bool = False, again: bool = False) -> bool:
    """Write a letter that asks the person whether the address is theirs; return whether a letter was written.

    `anew`: the address replaced another or was allowed later; `again`: it was asked before. The answer "not me" then
    erases only the address, not the lead, as it does where the person can be reached otherwise. No letter is written
    beyond the limit for one address; no page may tell that, for a stranger would learn that the address is known.
    """
    held = held_data(session, desk.keys, lead_id)
    if held is None or not _can_be_asked(held):
        return False
    erases_all = not (anew or again or _is_vouched(held))
    return _ask(session, desk, held, _question(desk, held, anew=anew, erases_all=erases_all))


def _can_be_asked(held: HeldData) -> bool:
    return not held.email_confirmed and _agreed(held)


def _ask(session: Session, desk: Desk, held: HeldData, letter: Letter) -> bool:
    """Write a letter that was composed in any case, so that the time it takes does not tell whether it is written."""
    asking = confirmation_limits.may_ask(session, desk.keys, held, desk.now)
    if asking is None:
        return False
    letter_id = _post(session, desk, held, LetterKind.CONFIRM, letter)
    confirmation_limits.note_asked(session, asking, letter_id, desk.now)
    return True


def _question(desk: Desk, held: HeldData, *, anew: bool, erases_all: bool) -> Letter:
    no = Answer.NOT_ME if erases_all else Answer.WRONG_ADDRESS
    yes_token, no_token = (
        answer_token(desk.keys, held, answer, desk.now + ANSWER_LASTS) for answer in (Answer.MINE, no)
    )
    return desk.pen.confirmation(held, yes_token, no_token, anew=anew, erases_all=erases_all)


def _is_vouched(held: HeldData) -> bool:
    """Return whether a mistyped address is likelier than a made-up person: a team spoke with them, or can call them."""
    ways = [one for one in CHANNELS if one is not Purpose.EMAIL and address_for(held.contact, one, in_force_of(held))]
    return held.entered_by is not None or bool(ways)


def send_receipt(session: Session, desk: Desk, lead_id: UUID) -> bool:
    """Write to the person what was stored, with their link; return whether a letter was written."""
    held = _reachable(session, desk.keys, lead_id)
    if held is None:
        return False
    _post(session, desk, held, LetterKind.RECEIPT, desk.pen.receipt(held, fresh_token(desk.keys, held, desk.now)))
    return True


def tell_of_end(session: Session, desk: Desk, referral_id: UUID) -> UUID | None:
    """Write to the person that a referral ended, and return the letter's id; None where no letter was written.

    Call this in the transaction that changed the state, after the change. Nothing is written for a state in which a
    referral does not end, or after a deletion.
    """
    referral = referrals.find(session, referral_id)
    if referral is None or referral.state not in ENDED:
        return None
    held = _reachable(session, desk.keys, referral.lead_id)
    if held is None:
        return None
    letter = desk.pen.ended(held, referral, fresh_token(desk.keys, held, desk.now))
    return _post(session, desk, held, LetterKind.ENDED, letter)


def tell_of_succession(session: Session, desk: Desk, before: StoredReferral, successor_id: UUID) -> bool:
    """Write to the person that another site took over from a silent one; return whether a letter was written."""
    held, now = _reachable(session, desk.keys, before.lead_id), referrals.find(session, successor_id)
    if held is None or now is None:
        return False
    letter = desk.pen.taken_over(held, before, now, fresh_token(desk.keys, held, desk.now))
    _post(session, desk, held, LetterKind.TAKEN_OVER, letter)
    return True


def tell_of_call(session: Session, desk: Desk, referral_id: UUID, at: datetime) -> UUID | None:
    """Write to the person when a team is going to call, and return the letter's id.

    Return None, and write nothing, for a person who does not agree to e-mail or to calls (any more).
    """
    referral = referrals.find(session, referral_id)
    held = _reachable(session, desk.keys, referral.lead_id) if referral else None
    if referral is None or held is None or address_for(held.contact, Purpose.PHONE, in_force_of(held)) is None:
        return None
    letter = desk.pen.call_reminder(held, referral, at, fresh_token(desk.keys, held, desk.now))
    return _post(session, desk, held, LetterKind.CALL_REMINDER, letter)


def tell_of_invitation(session: Session, desk: Desk, lead_id: UUID, trial_id: str) -> bool:
    """Write to the person about a trial that may fit; return whether a letter was written."""
    held = _reachable(session, desk.keys, lead_id)
    if held is None or Purpose.FUTURE not in in_force_of(held):
        return False
    opt_out = opt_out_token(desk.keys, lead_id, desk.keys.index_of_email(held.contact.email))
    letter = desk.pen.invited(held, trial_id, fresh_token(desk.keys, held, desk.now), opt_out)
    _post(session, desk, held, LetterKind.INVITED, letter)
    return True


def tell_old_address(session: Session, desk: Desk, before: HeldData) -> bool:
    """Write to a confirmed address that another replaced it; return whether a letter was written."""
    if not before.email_confirmed or not _agreed(before):
        return False
    _post(session, desk, before, LetterKind.ADDRESS_CHANGED, desk.pen.address_changed(before))
    return True


def fresh_token(keys: Keys, held: HeldData, now: datetime) -> str:
    """Return the token of a new link to a person's data, valid for 90 days from now."""
    return link_token(keys, held.lead_id, held.link_generation, now + LINK_LASTS)


def _reachable(session: Session, keys: Keys, lead_id: UUID) -> HeldData | None:
    """Return the person's data if letters beyond the request to confirm the address may be written, else None."""
    lead = leads.find(session, lead_id)
    if lead is None or lead.email_index is None:
        return None
    held = opened(session, keys, lead)
    return held if held and _agreed(held) else None


def _agreed(held: HeldData) -> bool:
    return address_for(held.contact, Purpose.EMAIL, in_force_of(held)) is not None


def _post(session: Session, desk: Desk, held: HeldData, kind: LetterKind, letter: Letter) -> UUID:
    return outbox.add(session, desk.keys.ring, Posting(kind, held.lead_id, held.is_test), letter, desk.now)
