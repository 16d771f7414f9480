"""Wording that the work list and the page of one person share."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from babel import Locale, UnknownLocaleError

from prescreen.catalog.assessment.evidence import NO_EVIDENCE, Evidence
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE
from prescreen.eligibility.criteria.trials import CheckedBy
from prescreen.storage.referrals.call_log import CallOutcome, LastCall
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.reminders import StoredReminder
from prescreen.storage.referrals.states import DEFINITIONS, State
from prescreen.workflow.worklist.listing import OPEN, day_end

FITS = {
    Determination.POTENTIALLY_ELIGIBLE: ("fits", "may fit"),
    Determination.UNDETERMINED: ("open", "can't tell yet"),
    Determination.INELIGIBLE: ("no", "doesn't fit now"),
}
STATES: Mapping[State, str] = {state: definition.name for state, definition in DEFINITIONS.items()}
OUTCOMES = {
    CallOutcome.REACHED: "reached",
    CallOutcome.NO_ANSWER: "no answer",
    CallOutcome.LEFT_MESSAGE: "message left",
    CallOutcome.WRONG_NUMBER: "wrong number",
    CallOutcome.CALL_BACK: "to be called back",
}
_SOON = timedelta(days=2)


def trial_title(catalog: Catalog, trial_id: str, evidence: Evidence = NO_EVIDENCE) -> str:
    """Return the present title of a trial, or the one in the evidence; its id where neither is known."""
    trial = catalog.trials.get(trial_id)
    return str(trial.title if trial else evidence.title or trial_id)


def by_way(criterion_ids: Iterable[str], checked: dict[str, CheckedBy | None]) -> dict[CheckedBy | None, list[str]]:
    """Return criteria grouped by how they are checked: phone, records, visit, then unknown (None)."""
    found: dict[CheckedBy | None, list[str]] = {way: [] for way in (*CheckedBy, None)}
    for criterion_id in criterion_ids:
        found[checked.get(criterion_id)].append(criterion_id)
    return {way: ids for way, ids in found.items() if ids}


def is_overdue(referral: StoredReferral, now: datetime) -> bool:
    """Return whether the time of the promised reply is past and the team has not begun."""
    return referral.state is State.NEW and referral.due_at is not None and referral.due_at < now


def in_words(waited: timedelta) -> str:
    """Return a time in its largest whole unit.

    >>> in_words(timedelta(days=3, hours=5)), in_words(timedelta(minutes=59)), in_words(timedelta(seconds=20))
    ('3 days', '59 minutes', 'less than a minute')
    """
    for name, unit in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        count = waited // unit
        if count >= 1:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"


def language_name(code: str, unknown: str = "a language other than English") -> str:
    """Return the English name of a language, or `unknown` where it has none.

    >>> language_name("es"), language_name("pt-BR"), language_name("other")
    ('Spanish', 'Portuguese (Brazil)', 'a language other than English')
    """
    try:
        return Locale.parse(code, sep="-").get_display_name(DEFAULT_LANGUAGE) or unknown
    except (UnknownLocaleError, ValueError):
        return unknown


@dataclass(frozen=True, slots=True)
class Today:
    """What these words depend on: the catalog, the present time, and who reads them."""

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


@dataclass(frozen=True, slots=True)
class Done:
    """What was done about a referral: the last call, and what the reader wants to be reminded of."""

    last_call: LastCall | None = None
    reminder: StoredReminder | None = None


def why_now(referral: StoredReferral, done: Done, today: Today) -> Why:
    """Return the most urgent reason; further ones that are due stand below it. The order is that of the work list."""
    if referral.withdrawn_at is not None:
        return Why("has withdrawn")
    if referral.state not in OPEN:
        return Why("ended", detail=_since(referral.state_changed_at or referral.created_at, today))
    due = list(_due(referral, done, today))
    if not due:
        return _waits(referral, done.last_call, today)
    first, *others = due
    return Why(first.words, first.style, " · ".join(one.words for one in others) or first.detail, is_due=True)


def _due(referral: StoredReferral, done: Done, today: Today) -> Iterator[Why]:
    """Yield what is to be done today, the most urgent first."""
    back, reminder = referral.call_back_at, done.reminder
    if is_overdue(referral, today.now) and referral.due_at is not None:
        promised = f"{in_words(referral.due_at - referral.created_at)} promised"
        yield Why(f"{in_words(today.now - referral.due_at)} late", "late", _tried(done.last_call, today) or promised)
    if back is not None and back < today.ends:
        yield Why(f"call back {_when(back, today)}", "late" if back < today.now else "ask", "as agreed")
    if reminder is not None and reminder.due_at < today.ends:
        yield Why(f"reminder {_when(reminder.due_at, today)}", "ask", f"“{reminder.text}”")


def _tried(call: LastCall | None, today: Today) -> str:
    """Return when the last call asked for another, else what came of it; an empty text where there was none."""
    if call and call.call_back_at:
        return f"call back {_when(call.call_back_at, today)}, {today.local(call.call_back_at):%H:%M}"
    return f"{OUTCOMES[call.outcome]} {_when(call.at, today)}" if call else ""


def _waits(referral: StoredReferral, call: LastCall | None, today: Today) -> Why:
    """Return why a person is next for whom nothing is due today."""
    waited = in_words(today.now - referral.created_at)
    if referral.state is not State.NEW:
        return _in_hand(referral, today)
    if referral.due_at is None:
        return Why(f"waits {waited}", detail=_tried(call, today) or "nothing promised")
    left, promised = referral.due_at - today.now, in_words(referral.due_at - referral.created_at)
    if referral.due_at < today.ends:
        return Why("due today", "open", f"at {today.local(referral.due_at):%H:%M}")
    return Why(
        f"{in_words(left)} left",
        "open" if left < _SOON else "",
        _tried(call, today) or f"waits {_of(waited, promised)}",
    )


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
