"""Referrals as recruiters read them: a row of the work list, and what it shares with the sheet of one person."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prescreen.catalog.catalog import Catalog
from prescreen.catalog.evidence import NO_EVIDENCE, Evidence
from prescreen.eligibility.assessment import Determination
from prescreen.eligibility.criteria import CheckedBy, Site
from prescreen.storage.consents import Purpose
from prescreen.storage.referrals import State, StoredReferral
from prescreen.workflow.recruiting import ListedReferral

FITS = {
    Determination.POTENTIALLY_ELIGIBLE: ("fits", "may fit"),
    Determination.UNDETERMINED: ("open", "can't tell yet"),
    Determination.INELIGIBLE: ("not", "doesn't fit now"),
}
STATES = {
    State.NEW: "new",
    State.CONTACTED: "contacted",
    State.SCREENING: "at the site's screening",
    State.ELIGIBLE: "found eligible by the site",
    State.ENROLLED: "enrolled",
    State.NOT_ELIGIBLE: "found not eligible by the site",
    State.DECLINED: "declined",
    State.UNREACHABLE: "not reached",
    State.TAKEN_OVER: "taken over by another site",
    State.WITHDRAWN: "withdrawn",
}
CHANNEL_WORDS = {Purpose.PHONE: "phone", Purpose.TEXT: "text message", Purpose.EMAIL: "email"}
_IN_SHORT = {CheckedBy.RECORDS: "{} in the records", CheckedBy.VISIT: "{} at a visit", None: "{} to check"}
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long a person has waited. `promised` is the days in which the site said it would reply; None: no promise."""

    since: datetime
    words: str
    promised: int | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the work list. A withdrawn referral has no name and nothing that was judged.

    `blockers` names the criteria that do not permit, `to_ask` those to speak about on the phone; `to_check` counts the
    others that are still to check.
    """

    referral: StoredReferral
    name: str | None = field(repr=False)
    channels: tuple[str, ...]
    trial_title: str
    fits: tuple[str, str] | None
    blockers: str
    to_ask: str
    to_check: tuple[str, ...]
    waiting: Waiting
    state: str


def trial_title(catalog: Catalog, trial_id: str, evidence: Evidence = NO_EVIDENCE) -> str:
    """Give the title of a trial, as it is now or was; its id where neither is known."""
    trial = catalog.trials.get(trial_id)
    return str(trial.title if trial else evidence.title or trial_id)


def row(listed: ListedReferral, catalog: Catalog, now: datetime) -> Row:
    """Give one line of the work list."""
    referral = listed.referral
    by_way = _by_way(referral.still_to_check, _checked_now(catalog, referral.trial_id))
    return Row(
        referral=referral,
        name=listed.contact.name if listed.contact else None,
        channels=tuple(CHANNEL_WORDS[channel] for channel in listed.channels),
        trial_title=trial_title(catalog, referral.trial_id),
        fits=FITS[referral.determination] if referral.determination else None,
        blockers=_shortened(_permitting(referral, "false")),
        to_ask=_shortened([*_permitting(referral, "unknown"), *by_way.pop(CheckedBy.PHONE, [])]),
        to_check=tuple(_IN_SHORT[way].format(len(ids)) for way, ids in by_way.items()),
        waiting=waiting_of(referral, catalog, now),
        state=STATES[referral.state],
    )


def _permitting(referral: StoredReferral, permits: str) -> list[str]:
    return [finding["criterion"] for finding in referral.findings if finding["permits"] == permits]


def _shortened(criterion_ids: list[str]) -> str:
    """Name a few criteria by their ids, and say how many more there are."""
    named = ", ".join(one.replace("-", " ").replace("_", " ") for one in criterion_ids[:_MOST_NAMED])
    rest = len(criterion_ids) - _MOST_NAMED
    return f"{named} and {rest} more" if rest > 0 else named


def tally(rows: Iterable[Row]) -> Counter[str]:
    """Count the rows that are overdue, new, and withdrawn."""
    counted: Counter[str] = Counter()
    for one in rows:
        counted["overdue"] += one.waiting.overdue
        counted[one.referral.state] += 1
    return counted


def _checked_now(catalog: Catalog, trial_id: str) -> dict[str, CheckedBy | None]:
    trial = catalog.trials.get(trial_id)
    return {criterion.id: criterion.checked for criterion in trial.still_to_check} if trial else {}


def _by_way(criterion_ids: Iterable[str], checked: dict[str, CheckedBy | None]) -> dict[CheckedBy | None, list[str]]:
    """Group criteria by how they are checked: phone, records, visit, then those of which it is not known."""
    found: dict[CheckedBy | None, list[str]] = {way: [] for way in (*CheckedBy, None)}
    for criterion_id in criterion_ids:
        found[checked.get(criterion_id)].append(criterion_id)
    return {way: ids for way, ids in found.items() if ids}


def waiting_of(referral: StoredReferral, catalog: Catalog, now: datetime) -> Waiting:
    """Give how long a person has waited, and whether that is longer than the site promised."""
    waited = now - referral.created_at
    site = _site(catalog, referral)
    promised = site.reply_within if site else None
    is_late = promised is not None and waited > timedelta(days=promised)
    since = referral.created_at.astimezone(catalog.service.timezone)
    return Waiting(since, in_words(waited), promised, overdue=is_late and referral.state is State.NEW)


def _site(catalog: Catalog, referral: StoredReferral) -> Site | None:
    trial = catalog.trials.get(referral.trial_id)
    return next((site for site in trial.sites if site.id == referral.site_id), None) if trial else None


def in_words(waited: timedelta) -> str:
    """Give a time in its largest whole unit.

    >>> in_words(timedelta(days=3, hours=5)), in_words(timedelta(minutes=59)), in_words(timedelta(seconds=20))
    ('3 days', '59 minutes', 'less than a minute')
    """
    for name, unit in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        count = waited // unit
        if count >= 1:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"
