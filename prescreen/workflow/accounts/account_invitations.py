"""Account invitations: people make their own account by a link that works once."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts import account_invitations, recruiters, second_factor
from prescreen.storage.accounts.account_invitations import Invited as Invited
from prescreen.storage.accounts.account_invitations import NewInvitation
from prescreen.storage.accounts.account_invitations import StoredInvitation as StoredInvitation
from prescreen.storage.accounts.recruiters import EVERY_RIGHT, Account, Assignment, Role
from prescreen.storage.audit import events
from prescreen.storage.audit.events import Action, Subject
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from prescreen.workflow.accounts.account_audit import UNKNOWN, Deed, actor_of, record, record_own
from prescreen.workflow.accounts.administration import listed
from prescreen.workflow.accounts.recruiters import AccountError, normalised_email
from prescreen.workflow.accounts.sessions import begin, hashed

LINK_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Joining:
    """What a new member of staff chose, and a plain description of their device."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    password_hash: str = field(repr=False)
    device: str


def invite(session: Session, invited: Invited, by: Account | None, now: datetime) -> str:
    """Make an invitation and return the token of its link. An operator invites where `by` is None.

    Earlier invitations to the same address stop working. Raise AccountError for an invalid address, or one that has an
    account.
    """
    if invited.email is not None:
        _refuse_known(session, invited.email)
        _record_all(session, by, account_invitations.cancel_of_email(session, invited.email, now), now)
    token = secrets.token_urlsafe(32)
    new = NewInvitation(hashed(token), invited, by.id if by else None, now + LINK_LASTS)
    invitation_id = account_invitations.add(session, new, now)
    details = {"role": invited.role.value, "trials": listed(invited.assignments), "rights": sorted(invited.rights)}
    _record(session, Deed(actor_of(by), Action.ACCOUNT_INVITED, details), invitation_id, now)
    return token


def _refuse_known(session: Session, email: str) -> None:
    if recruiters.with_email(session, normalised_email(email)) is not None:
        raise AccountError(f"{email} has an account already")


def invite_first_administrator(session: Session, trial_ids: list[str], now: datetime) -> str | None:
    """Return the token of a link for the first administrator; None where there is an administrator already.

    Links that were printed before stop working.
    """
    if recruiters.is_administered(session):
        return None
    _record_all(session, None, account_invitations.cancel_first(session, now), now)
    assignments = tuple(Assignment(trial_id) for trial_id in trial_ids)
    first = Invited(None, None, Role.ADMINISTRATOR, assignments, EVERY_RIGHT, is_first=True)
    return invite(session, first, None, now)


def post_link(session: Session, keys: Keys, letter: Letter, now: datetime) -> None:
    """Put the letter with a link into the outbox."""
    outbox.add(session, keys.ring, Posting(LetterKind.ACCOUNT, None, is_test=False), letter, now)


def cancel(session: Session, by: Account, invitation_id: UUID, now: datetime) -> bool:
    """Cancel an invitation; return whether there was an open one."""
    if not account_invitations.cancel(session, invitation_id, now):
        return False
    _record_all(session, by, [invitation_id], now)
    return True


def waiting(session: Session, now: datetime) -> list[StoredInvitation]:
    """Return the unused invitations, newest first. A reading session is enough."""
    return account_invitations.waiting(session, now)


def opened(database: Transactions, token: str, now: datetime) -> StoredInvitation | None:
    """Return the invitation of a link. None where it cannot be used (any more), whatever the reason.

    The first attempt with a known but ended invitation is recorded, without waiting for another writer: opening the
    link again and again neither fills the trail nor holds up the page.
    """
    with database.reading() as session:
        found = account_invitations.find(session, hashed(token))
        if found is None or _is_open(session, found, now):
            return found
        is_recorded = _is_refusal_recorded(session, found.id)
    if not is_recorded:
        _record_refusal(database, found.id, now)
    return None


def _is_refusal_recorded(session: Session, invitation_id: UUID) -> bool:
    return bool(events.about(session, _subject(invitation_id), Action.ACCOUNT_INVITATION_REFUSED))


def _record_refusal(database: Transactions, invitation_id: UUID, now: datetime) -> None:
    with database.writing_if_free() as session:
        if session is None:
            return
        # Of several requests at once only the first records it.
        account_invitations.lock(session, invitation_id)
        if not _is_refusal_recorded(session, invitation_id):
            _record(session, Deed(UNKNOWN, Action.ACCOUNT_INVITATION_REFUSED), invitation_id, now)


def _is_open(session: Session, found: StoredInvitation, now: datetime) -> bool:
    ended = found.used_at is not None or found.cancelled_at is not None or found.expires_at <= now
    return not ended and not (found.invited.is_first and recruiters.is_administered(session))


def join(session: Session, invitation: StoredInvitation, joining: Joining, now: datetime) -> str | None:
    """Make the account and return the token of a session in which to set up the second factor.

    None where the link was used or cancelled meanwhile. Raise AccountError for an invalid address or one that has an
    account.
    """
    if not account_invitations.take(session, invitation.id, now):
        return None
    email = normalised_email(invitation.invited.email or joining.email)
    _refuse_known(session, email)
    recruiter_id = recruiters.add(session, email, joining.name, password_hash=joining.password_hash, at=now)
    recruiters.set_role(session, recruiter_id, invitation.invited.role)
    recruiters.assign(session, recruiter_id, invitation.invited.assignments)
    recruiters.give_rights(session, recruiter_id, invitation.invited.rights)
    second_factor.demand(session, recruiter_id, now)
    record_own(session, Action.ACCOUNT_JOINED, recruiter_id, now, invitation=str(invitation.id))
    return begin(session, recruiter_id, joining.device, now, complete=False)


def _record_all(session: Session, by: Account | None, cancelled: list[UUID], now: datetime) -> None:
    for invitation_id in cancelled:
        _record(session, Deed(actor_of(by), Action.ACCOUNT_INVITATION_CANCELLED), invitation_id, now)


def _record(session: Session, deed: Deed, invitation_id: UUID, now: datetime) -> None:
    record(session, deed, _subject(invitation_id), now)


def _subject(invitation_id: UUID) -> Subject:
    return Subject("account_invitation", str(invitation_id))
