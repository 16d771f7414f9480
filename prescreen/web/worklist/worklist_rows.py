"""The rows of the work list: the person, why they are next, and what to ask."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.criteria.trials import CheckedBy
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.web.accounts.consent_wording import PURPOSE_WORDS
from prescreen.web.accounts.staff_wording import FITS, STATES, by_way, in_words, is_overdue, trial_title
from prescreen.web.base.formatting import day
from prescreen.workflow.worklist.listing import Listed

_IN_SHORT = {CheckedBy.RECORDS: "{} in the records", CheckedBy.VISIT: "{} at a visit", None: "{} to check"}
_MOST_NAMED = 4
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Today:
    """What rows depend on: the catalog, and the present time."""

    catalog: Catalog
    now: datetime

    @property
    def local(self) -> datetime:
        """Return the present time in the time zone of the service."""
        return self.now.astimezone(self.catalog.service.timezone)

    @property
    def ends(self) -> datetime:
        """Return when the day ends in that time zone."""
        return (self.local + _A_DAY).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the work list. People who withdrew, or whom the reader may not know, have no name.

    `reasons` say why this person is next, the most urgent first; `since` is when they were referred, `waited` how
    long ago, and `promised` the time within which the site promised to reply. `blockers` names the criteria that do not
    permit, `to_ask` those to speak about on the phone; `to_check` counts the others that are still to check.
    """

    listed: Listed = field(repr=False)
    name: str | None = field(repr=False)
    channels: tuple[str, ...]
    trial_title: str
    fits: tuple[str, str] | None
    blockers: str
    to_ask: str
    to_check: tuple[str, ...]
    reasons: tuple[str, ...]
    since: datetime
    waited: str
    promised: str | None
    is_overdue: bool
    state: str

    @property
    def referral(self) -> StoredReferral:
        """Return the referral of this line."""
        return self.listed.referral


def row(listed: Listed, today: Today) -> Row:
    """Return one line of the work list."""
    referral = listed.referral
    ways = by_way(referral.still_to_check, _checked_now(today.catalog, referral.trial_id))
    return Row(
        listed=listed,
        name=listed.contact.name if listed.contact else None,
        channels=tuple(PURPOSE_WORDS[channel].noun for channel in listed.channels),
        trial_title=trial_title(today.catalog, referral.trial_id),
        fits=FITS[referral.determination] if referral.determination else None,
        blockers=_shortened(_permitting(referral, "false")),
        to_ask=_shortened([*_permitting(referral, "unknown"), *ways.pop(CheckedBy.PHONE, [])]),
        to_check=tuple(_IN_SHORT[way].format(len(ids)) for way, ids in ways.items()),
        reasons=tuple(_reasons(listed, today)),
        since=referral.created_at.astimezone(today.catalog.service.timezone),
        waited=in_words(today.now - referral.created_at),
        promised=in_words(referral.due_at - referral.created_at) if referral.due_at else None,
        is_overdue=is_overdue(referral, today.now),
        state=STATES[referral.state],
    )


def _reasons(listed: Listed, today: Today) -> Iterable[str]:
    referral = listed.referral
    if referral.withdrawn_at is not None:
        return
    if listed.call_back_at is not None and listed.call_back_at < today.ends:
        yield _at(listed.call_back_at, today, "Call back")
    if listed.reminder_at is not None and listed.reminder_at < today.ends:
        yield _at(listed.reminder_at, today, "Your reminder:")
    if referral.due_at is not None and is_overdue(referral, today.now):
        yield f"Overdue by {in_words(today.now - referral.due_at)}"
    elif referral.due_at is not None and referral.state is State.NEW and referral.due_at < today.ends:
        yield "Reply promised for today"


def _at(at: datetime, today: Today, what: str) -> str:
    """Return what is to be done at a time, in words.

    >>> from types import SimpleNamespace as Some
    >>> from datetime import UTC
    >>> today = Today(Some(service=Some(timezone=UTC)), datetime(2026, 11, 23, 9, tzinfo=UTC))
    >>> _at(datetime(2026, 11, 23, 14, 30, tzinfo=UTC), today, "Call back")
    'Call back today at 14:30'
    """
    local = at.astimezone(today.local.tzinfo)
    if local.date() == today.local.date():
        return f"{what} today at {local:%H:%M}"
    return f"{what} since {day(local.date())}"


def _permitting(referral: StoredReferral, permits: str) -> list[str]:
    return [finding["criterion"] for finding in referral.findings if finding["permits"] == permits]


def _shortened(criterion_ids: list[str]) -> str:
    """Return the ids of a few criteria, and how many more there are, as a text."""
    named = ", ".join(one.replace("-", " ").replace("_", " ") for one in criterion_ids[:_MOST_NAMED])
    rest = len(criterion_ids) - _MOST_NAMED
    return f"{named} and {rest} more" if rest > 0 else named


def _checked_now(catalog: Catalog, trial_id: str) -> dict[str, CheckedBy | None]:
    trial = catalog.trials.get(trial_id)
    return {criterion.id: criterion.checked for criterion in trial.still_to_check} if trial else {}


def tally(rows: Iterable[Row]) -> Counter[str]:
    """Return how many rows are overdue, new and withdrawn."""
    counted: Counter[str] = Counter()
    for one in rows:
        counted["overdue"] += one.is_overdue
        counted[one.referral.state] += 1
    return counted
