"""Throttling: who tried how often in the last quarter of an hour."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prescreen.storage import Session
from prescreen.storage.accounts import sign_in_attempts
from prescreen.storage.accounts.sign_in_attempts import Tried

ATTEMPTS_WINDOW = timedelta(minutes=15)
# The tenth try after nine failures is refused, for one account as for one network address.
ATTEMPTS_ALLOWED = 9


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
    recent = (sign_in_attempts.of_account(session, tried, since), sign_in_attempts.of_address(session, tried, since))
    waits = [one.first_at - since for one in recent if one.first_at and one.count >= allowed]
    if waits:
        return int(max(waits).total_seconds()) + 1
    sign_in_attempts.add(session, tried, now)
    return None
