"""Throttling: how often one account was tried, and how often one network address tried, in a quarter of an hour.

Whole hospitals share one network address, so that an address alone may fail often, for all its people. What protects
an account is counted for the account, wherever tries come from. An address from which the account was entered before
has a count of its own: strangers elsewhere cannot use up the tries of the people who work there.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prescreen.storage import Session
from prescreen.storage.accounts import sign_in_attempts
from prescreen.storage.accounts.sign_in_attempts import Recent, Tried

ATTEMPTS_WINDOW = timedelta(minutes=15)
# The tenth try after nine failures is refused.
ATTEMPTS_ALLOWED = 9
ATTEMPTS_FROM_ADDRESS = 100
"""So many failures of a network address are let pass, over all accounts: enough for a hospital, few for a guesser."""
KNOWN_FOR = timedelta(days=30)
"""So long after the last success an address counts as known for an account."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A password or code that somebody typed, and from which network address."""

    text: str = field(repr=False)
    address: str


class TooManyAttemptsError(Exception):
    """A try that is refused unlooked at. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"too many failed tries; try again in {retry_after} seconds")


def counted(session: Session, tried: Tried, now: datetime, allowed: int = ATTEMPTS_ALLOWED) -> int | None:
    """Count this try; if there were too many already, leave it uncounted and give the seconds to wait."""
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
    """Return the tries that count, each with how many are let pass."""
    since = now - ATTEMPTS_WINDOW
    if sign_in_attempts.is_known(session, tried, now - KNOWN_FOR):
        return [(sign_in_attempts.of_both(session, tried, since), allowed)]
    of_address = sign_in_attempts.of_address(session, tried, since)
    return [(sign_in_attempts.of_account(session, tried, since), allowed), (of_address, ATTEMPTS_FROM_ADDRESS)]


def succeeded(session: Session, tried: Tried, now: datetime) -> None:
    """Forget the failures on an account, because a try succeeded, and note from which network address."""
    sign_in_attempts.forget_account(session, tried)
    sign_in_attempts.forget_known_before(session, now - KNOWN_FOR)
    sign_in_attempts.note_known(session, tried, now)
