"""Browsers in which an account was entered before: their failures are counted apart from those of strangers.

A browser keeps a token of its own for each account. It opens nothing: who steals it gets no more tries than a stranger
does. It is replaced at each sign-in, and ends with the sessions of the account.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts import known_browsers
from prescreen.storage.accounts.known_browsers import NewBrowser

KNOWN_FOR = timedelta(days=180)
"""How long after the last sign-in a browser counts as known for an account."""
MOST_BROWSERS = 10
"""The number of known browsers of one account. Each has tries of its own, so it must not grow without limit."""
MOST_TOKENS = 20
"""How many tokens of one request are looked up: as many accounts can share a browser."""
_NOBODY = UUID(int=0)


def token_of(session_token: str) -> str:
    """Return the token of the browser in which a session was begun. That of the session cannot be derived from it."""
    return sha256(f"known browser {session_token}".encode()).hexdigest()


def note(session: Session, recruiter_id: UUID, session_id: UUID, session_token: str, now: datetime) -> None:
    """Store that an account was entered in the browser that gets this session."""
    known_browsers.forget_before(session, now - KNOWN_FOR)
    new = NewBrowser(_hashed(token_of(session_token)), recruiter_id, session_id)
    known_browsers.note(session, new, now, MOST_BROWSERS)


def among(session: Session, recruiter_id: UUID | None, tokens: Collection[str], now: datetime) -> bytes | None:
    """Return the key under which tries from a browser with these tokens count; None where the account is new to it.

    Without an account (None) too it is looked for, so that the time it takes does not tell that there is none.
    """
    if not tokens:
        return None
    hashes = [_hashed(token) for token in tokens]
    return known_browsers.known(session, recruiter_id or _NOBODY, hashes[:MOST_TOKENS], now - KNOWN_FOR)


def forget(session: Session, browser_key: bytes | None) -> None:
    """Forget the token that a browser had before it got a new one; None where it had none."""
    if browser_key is not None:
        known_browsers.forget(session, browser_key)


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()
