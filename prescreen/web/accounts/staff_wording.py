"""Wording that the work list and the page of one person share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel import Locale, UnknownLocaleError

from prescreen.catalog.assessment.evidence import NO_EVIDENCE, Evidence
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE
from prescreen.eligibility.criteria.trials import CheckedBy
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.states import DEFINITIONS, State

FITS = {
    Determination.POTENTIALLY_ELIGIBLE: ("fits", "may fit"),
    Determination.UNDETERMINED: ("open", "can't tell yet"),
    Determination.INELIGIBLE: ("no", "doesn't fit now"),
}
STATES: Mapping[State, str] = {state: definition.name for state, definition in DEFINITIONS.items()}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long a person has waited. `promised` is the time in which the site promised to reply; None: no promise."""

    since: datetime
    words: str
    promised: str | None
    overdue: bool


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


def waiting_of(referral: StoredReferral, catalog: Catalog, now: datetime) -> Waiting:
    """Return how long a person has waited, and whether that is longer than the site promised them."""
    return Waiting(
        since=referral.created_at.astimezone(catalog.service.timezone),
        words=in_words(now - referral.created_at),
        promised=in_words(referral.due_at - referral.created_at) if referral.due_at else None,
        overdue=is_overdue(referral, now),
    )


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
