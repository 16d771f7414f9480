"""Recruiters' sessions: stored on the server, expiring, and listed and ended by the recruiter.

A session is incomplete until the second factor is given or set up. It opens only the pages for that.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts import known_browsers, recruiters, sessions
from prescreen.storage.accounts.recruiters import Account, SecondFactor
from prescreen.storage.accounts.sessions import NewSession
from prescreen.storage.accounts.sessions import StoredSession as StoredSession
from prescreen.storage.audit.events import Action
from prescreen.workflow.accounts.account_audit import record_own
from prescreen.workflow.accounts.known_browsers import note

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
# How often the use of a session is recorded: often enough for the idle limit, rarely enough to save writes.
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A recruiter who is signed in, or about to be.

    `to_be_noted` asks for a call of `keep_signed_in`, so that the session does not become idle.
    """

    recruiter: Account
    session: StoredSession
    is_complete: bool
    to_be_noted: bool


def is_enough(account: Account, *, factor_required: bool) -> bool:
    """Return whether the password alone opens an account."""
    return account.second_factor is SecondFactor.NONE and not factor_required


def owes_second_factor(account: Account, *, factor_required: bool) -> bool:
    """Return whether an account must set up a second factor before it opens anything."""
    due = account.second_factor is SecondFactor.DUE
    return due or (factor_required and account.second_factor is SecondFactor.NONE)


def begin(session: Session, recruiter_id: UUID, device: str, now: datetime, *, complete: bool) -> str:
    """Start a session and return its token, of which only the hash is stored.

    The browser that gets a complete session is known for the account from then on.
    """
    token = secrets.token_urlsafe(32)
    session_id = sessions.start(session, NewSession(recruiter_id, hashed(token), device, complete), now)
    if complete:
        note(session, recruiter_id, session_id, token, now)
    return token


def complete(session: Session, half: SignedIn, now: datetime, by: str) -> str | None:
    """End a session that lacked the second factor, and return the token of the one that replaces it.

    None where the session was ended meanwhile, as by a change of password.
    """
    recruiters.lock(session, half.recruiter.id)
    if not sessions.end(session, half.session.id, now):
        return None
    record_own(session, Action.SIGNED_IN, half.recruiter.id, now, second_factor=by)
    return begin(session, half.recruiter.id, half.session.device, now, complete=True)


def signed_in(session: Session, token: str, now: datetime, *, factor_required: bool = False) -> SignedIn | None:
    """Return who is signed in with this token; None where it opens no session. A reading session is enough.

    `factor_required`: a session whose account has no second factor is incomplete.
    """
    found = sessions.find(session, hashed(token))
    if found is None or not _lasts(found, now):
        return None
    account = recruiters.find(session, found.recruiter_id)
    if account is None or account.disabled_at is not None:
        return None
    owes = owes_second_factor(account, factor_required=factor_required)
    to_be_noted = now - found.last_seen_at >= NOTED_EVERY
    return SignedIn(account, found, is_complete=found.is_complete and not owes, to_be_noted=to_be_noted)


def _lasts(found: StoredSession, now: datetime) -> bool:
    return now - found.last_seen_at < IDLE_LIMIT and now - found.created_at < ABSOLUTE_LIMIT


def keep_signed_in(session: Session, token: str, now: datetime) -> None:
    """Record that a session is in use."""
    sessions.see(session, hashed(token), now)


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End a session. Idempotent."""
    found = sessions.find(session, hashed(token))
    if found is not None:
        sessions.end(session, found.id, now)
        record_own(session, Action.SIGNED_OUT, found.recruiter_id, now)


def open_sessions(session: Session, recruiter_id: UUID, now: datetime) -> list[StoredSession]:
    """Return the open sessions of an account, most recently used first. A reading session is enough."""
    return [one for one in sessions.of_recruiter(session, recruiter_id) if _lasts(one, now)]


def end_session(session: Session, recruiter_id: UUID, session_id: UUID, now: datetime) -> bool:
    """End one of a recruiter's own sessions; return False where it is not theirs or has ended."""
    if session_id not in {one.id for one in sessions.of_recruiter(session, recruiter_id)}:
        return False
    sessions.end(session, session_id, now)
    known_browsers.forget_of_session(session, session_id)
    record_own(session, Action.SESSIONS_ENDED, recruiter_id, now, ended=str(session_id))
    return True


def end_other_sessions(session: Session, recruiter_id: UUID, kept: UUID, now: datetime) -> None:
    """End all sessions of a recruiter except this one."""
    end_all(session, recruiter_id, now, keep=kept)
    record_own(session, Action.SESSIONS_ENDED, recruiter_id, now, but=str(kept))


def end_all(session: Session, recruiter_id: UUID, now: datetime, keep: UUID | None = None) -> None:
    """End all sessions of an account except `keep`, if given; the browsers of ended sessions are known no more."""
    sessions.end_of_recruiter(session, recruiter_id, now, keep)
    known_browsers.forget_of_recruiter(session, recruiter_id, keep)


def end_outdated(session: Session, before: Account, now: datetime, keep: UUID | None = None) -> None:
    """End the sessions of an account, except `keep`, where its credentials are no longer those from before."""
    after = recruiters.find(session, before.id)
    if after is None or after.credentials != before.credentials:
        end_all(session, before.id, now, keep)


def hashed(token: str) -> bytes:
    """Return the hash of a token, as stored."""
    return sha256(token.encode()).digest()
