"""Why a person on the work list is next, in a few words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.web.accounts.staff_wording import in_words, is_overdue
from prescreen.workflow.worklist.listing import OPEN, Listed, day_end

_SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Today:
    """What rows depend on: the catalog, the present time, and who reads them."""

    catalog: Catalog
    now: datetime
    reader: UUID

    @property
    def ends(self) -> datetime:
        """Return when the day ends in the time zone of the service."""
        return day_end(self.now, self.catalog.service.timezone)

    def local(self, at: datetime) -> datetime:
        """Return a time in the time zone of the service."""
        return at.astimezone(self.catalog.service.timezone)


@dataclass(frozen=True, slots=True)
class Why:
    """A reason to call: a tag with its style, and what stands below it. `is_due`: it is to be done today."""

    words: str
    style: str = ""
    detail: str = ""
    is_due: bool = False


def why_now(listed: Listed, today: Today) -> Why:
    """Return the most urgent reason; further ones that are due stand below it. The order is that of the work list."""
    referral = listed.referral
    if referral.withdrawn_at is not None:
        return Why("has withdrawn")
    if referral.state not in OPEN:
        return Why("ended", detail=_since(referral.state_changed_at or referral.created_at, today))
    due = list(_due(listed, today))
    if not due:
        return _waits(referral, today)
    first, *others = due
    return Why(first.words, first.style, " · ".join(one.words for one in others) or first.detail, is_due=True)


def _due(listed: Listed, today: Today) -> Iterator[Why]:
    """Yield what is to be done today, the most urgent first."""
    referral, back = listed.referral, listed.referral.call_back_at
    if is_overdue(referral, today.now) and referral.due_at is not None:
        promised = in_words(referral.due_at - referral.created_at)
        yield Why(f"{in_words(today.now - referral.due_at)} late", "late", f"promised in {promised}")
    if back is not None and back < today.ends:
        yield Why(f"call back {_when(back, today)}", "late" if back < today.now else "ask", "as agreed")
    if listed.reminder is not None and listed.reminder.due_at < today.ends:
        yield Why(f"reminder {_when(listed.reminder.due_at, today)}", "ask", f"“{listed.reminder.text}”")


def _waits(referral: StoredReferral, today: Today) -> Why:
    """Return why a person is next for whom nothing is due today."""
    waited = in_words(today.now - referral.created_at)
    if referral.state is not State.NEW:
        return _in_hand(referral, today)
    if referral.due_at is None:
        return Why(f"waits {waited}", detail="nothing promised")
    left, promised = referral.due_at - today.now, in_words(referral.due_at - referral.created_at)
    if referral.due_at < today.ends:
        return Why("due today", "open", f"at {today.local(referral.due_at):%H:%M}")
    return Why(f"{in_words(left)} left", "open" if left < _SOON else "", f"waits {_of(waited, promised)}")


def _of(waited: str, promised: str) -> str:
    """Return a time of another one; a unit that they share is named once.

    >>> _of("1 day", "5 days"), _of("7 hours", "5 days")
    ('1 of 5 days', '7 hours of 5 days')
    """
    number, unit = waited.split(" ", 1)
    return f"{number if promised.split(' ', 1)[-1].rstrip('s') == unit.rstrip('s') else waited} of {promised}"


def _in_hand(referral: StoredReferral, today: Today) -> Why:
    back = referral.call_back_at
    if back is not None:
        return Why(f"call back {_when(back, today)}", detail=f"at {today.local(back):%H:%M}")
    return Why("no call set", detail=_since(referral.state_changed_at or referral.created_at, today))


def _since(at: datetime, today: Today) -> str:
    return f"{in_words(today.now - at)} ago"


def _when(at: datetime, today: Today) -> str:
    """Return the time of day of something today, else its day.

    >>> from types import SimpleNamespace as Some
    >>> from datetime import UTC
    >>> today = Today(Some(service=Some(timezone=UTC)), datetime(2026, 11, 23, 9, tzinfo=UTC), UUID(int=7))
    >>> _when(datetime(2026, 11, 23, 14, 30, tzinfo=UTC), today), _when(datetime(2026, 12, 1, tzinfo=UTC), today)
    ('14:30', '1 Dec')
    """
    local = today.local(at)
    return f"{local:%H:%M}" if local.date() == today.local(today.now).date() else f"{local.day} {local:%b}"
