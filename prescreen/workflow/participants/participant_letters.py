"""Letters to participants, put into the outbox in the transaction of the change that they tell about.

This module decides whether a letter may be written: only to a person who agreed to e-mail, and until they confirm the
address, only the question whether it is theirs. The texts themselves come from a `Pen`.
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
from prescreen.storage.participants import consents, leads
from prescreen.storage.participants.consents import Purpose
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.states import states_where
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data, opened
from prescreen.workflow.participants.private_links import ANSWER_LASTS, LINK_LASTS, Answer, answer_token, link_token

ENDED = states_where(lambda one: one.is_end)
"""The states in which a referral ends."""


class Pen(Protocol):
    """Writes letters in the person's language."""

    def confirmation(self, held: HeldData, confirm: str, not_me: str, *, anew: bool) -> Letter:
        """Ask whether the address is the person's, naming no condition."""

    def receipt(self, held: HeldData, token: str) -> Letter:
        """Tell what was stored and what happens next."""

    def links(self, found: Sequence[tuple[HeldData, str]]) -> Letter:
        """Return the links of all that one address left."""

    def address_changed(self, held: HeldData) -> Letter:
        """Tell the address that another takes its place."""

    def ended(self, held: HeldData, referral: StoredReferral, token: str) -> Letter:
        """Tell that a referral ended, and how."""

    def taken_over(self, held: HeldData, before: StoredReferral, now: StoredReferral, token: str) -> Letter:
        """Tell that another site of a trial took over from one that did not answer."""

    def invited(self, held: HeldData, trial_id: str, token: str) -> Letter:
        """Tell of a trial that may fit."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where letters are written: in whose words, under which keys, when."""

    keys: Keys
    pen: Pen
    now: datetime


def ask_to_confirm(session: Session, desk: Desk, lead_id: UUID, *, anew: bool = False) -> bool:
    """Ask the person whether the address is theirs, and say whether a letter was written.

    `anew`: it took the place of another, so that who says "not me" erases the address and not the person.
    """
    held, lead = held_data(session, desk.keys, lead_id), leads.find(session, lead_id)
    if held is None or lead is None or held.email_confirmed or not _agreed(held):
        return False
    no = Answer.WRONG_ADDRESS if anew else Answer.NOT_ME
    yes_token, no_token = (
        answer_token(desk.keys, lead, answer, desk.now + ANSWER_LASTS) for answer in (Answer.MINE, no)
    )
    _post(session, desk, held, LetterKind.CONFIRM, desk.pen.confirmation(held, yes_token, no_token, anew=anew))
    return True


def send_receipt(session: Session, desk: Desk, lead_id: UUID) -> bool:
    """Tell the person what was stored, with their link; say whether a letter was written."""
    held = _reachable(session, desk.keys, lead_id)
    if held is None:
        return False
    _post(session, desk, held, LetterKind.RECEIPT, desk.pen.receipt(held, fresh_token(desk.keys, held, desk.now)))
    return True


def tell_of_end(session: Session, desk: Desk, referral_id: UUID) -> UUID | None:
    """Tell the person that a referral ended, and return the letter's id; None where no letter was written.

    To be called in the transaction that changed the state, after the change. For a state in which a referral does not
    end, nothing is written. After a deletion there is no one to tell.
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
    """Tell the person that another site took over from one that did not answer; say whether a letter was written."""
    held, now = _reachable(session, desk.keys, before.lead_id), referrals.find(session, successor_id)
    if held is None or now is None:
        return False
    letter = desk.pen.taken_over(held, before, now, fresh_token(desk.keys, held, desk.now))
    _post(session, desk, held, LetterKind.TAKEN_OVER, letter)
    return True


def tell_of_invitation(session: Session, desk: Desk, lead_id: UUID, trial_id: str) -> bool:
    """Tell the person of a trial that may fit; say whether a letter was written."""
    held = _reachable(session, desk.keys, lead_id)
    if held is None or not consents.in_force(held.consents, Purpose.FUTURE):
        return False
    _post(
        session,
        desk,
        held,
        LetterKind.INVITED,
        desk.pen.invited(held, trial_id, fresh_token(desk.keys, held, desk.now)),
    )
    return True


def tell_old_address(session: Session, desk: Desk, before: HeldData) -> bool:
    """Tell a confirmed address that another took its place; say whether a letter was written."""
    if not before.email_confirmed or not _agreed(before):
        return False
    _post(session, desk, before, LetterKind.ADDRESS_CHANGED, desk.pen.address_changed(before))
    return True


def fresh_token(keys: Keys, held: HeldData, now: datetime) -> str:
    """Make the token of a link to what is held, for 90 days from now."""
    return link_token(keys, held.lead_id, held.link_generation, now + LINK_LASTS)


def _reachable(session: Session, keys: Keys, lead_id: UUID) -> HeldData | None:
    """Return the person, if letters that say more than a question may be written to them."""
    lead = leads.find(session, lead_id)
    if lead is None or lead.email_index is None:
        return None
    held = opened(session, keys, lead)
    return held if held and _agreed(held) else None


def _agreed(held: HeldData) -> bool:
    return bool(held.contact.email) and consents.in_force(held.consents, Purpose.EMAIL)


def _post(session: Session, desk: Desk, held: HeldData, kind: LetterKind, letter: Letter) -> UUID:
    return outbox.add(session, desk.keys.ring, Posting(kind, held.lead_id, held.is_test), letter, desk.now)
