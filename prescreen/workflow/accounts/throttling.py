"""Throttling: limits on failed attempts for one account, and from one network address, in fifteen minutes.

Whole hospitals share one network address, so its limit is high. An account is protected by a limit of its own, wherever
attempts come from. A browser in which the account was entered before is counted separately, so that strangers cannot
use up the attempts of its owner, wherever they are; and so is a network address from which it was entered, for browsers
that keep nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prescreen.storage import Session
from prescreen.storage.accounts import sign_in_attempts
from prescreen.storage.accounts.sign_in_attempts import Recent, Tried

ATTEMPTS_WINDOW = timedelta(minutes=15)
# After nine failures, the tenth attempt is refused.
ATTEMPTS_ALLOWED = 9
ATTEMPTS_FROM_ADDRESS = 100
"""The limit on failures from one network address over all accounts: enough for a hospital, few for a guesser."""
KNOWN_FOR = timedelta(days=30)
"""How long after the last success a network address counts as known for an account."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A password or code as typed, the network address from which it was sent, and the browser's tokens."""

    text: str = field(repr=False)
    address: str
    browser_tokens: tuple[str, ...] = field(default=(), repr=False)


class TooManyAttemptsError(Exception):
    """Raised for an attempt that is refused without a check. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"too many failed tries; try again in {retry_after} seconds")


def counted(session: Session, tried: Tried, now: datetime, allowed: int = ATTEMPTS_ALLOWED) -> int | None:
    """Count this attempt and return None; after too many, return the seconds to wait and do not count it."""
    sign_in_attempts.wait_for_turn(session, tried)
    since = now - ATTEMPTS_WINDOW
    sign_in_attempts.forget_before(session, since)
    limits = _limits(session, tried, now, allowed)
    waits = [one.first_at - since for one, most in limits if one.first_at and one.count >= most]
    if waits:
        return int(max(waits).total_seconds()) + 1
    sign_in_attempts.add(session, tried, now)
    return None


def _limits(session: Session, tried: Tried, now: datetime, allowed: int) -> list[tuple[Recent, int]]:
    """Return the counts of recent attempts that apply, each with its limit."""
    since = now - ATTEMPTS_WINDOW
    if tried.browser_key is not None or sign_in_attempts.is_known(session, tried, now - KNOWN_FOR):
        return [(sign_in_attempts.of_both(session, tried, since), allowed)]
    of_address = sign_in_attempts.of_address(session, tried, since)
    return [(sign_in_attempts.of_account(session, tried, since), allowed), (of_address, ATTEMPTS_FROM_ADDRESS)]


def succeeded(session: Session, tried: Tried, now: datetime) -> None:
    """Reset the failures of an account after a success, and store its network address as known."""
    sign_in_attempts.forget_account(session, tried)
    sign_in_attempts.forget_known_before(session, now - KNOWN_FOR)
    sign_in_attempts.note_known(session, tried, now)
