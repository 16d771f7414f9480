"""A trial's visits as sums without personal data: the steps from arriving to sending, and the findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import OF_CRITERIA, OF_SOURCES, OF_TRIALS, OTHER, CounterKind, Key
from prescreen.storage.statistics.referral_counts import Scope
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.statistics.cell_suppression import (
    TOTAL,
    Count,
    Shown,
    SuppressionMark,
    protected,
    protected_parts,
)

MOST_SOURCES_SHOWN = 12

_WITH_OTHERS = "with_others"


@dataclass(frozen=True, slots=True)
class Journeys:
    """The steps on the way to one trial, by source; each step has its `TOTAL`.

    Except for opening the trial's page and sending, steps are counted for its condition as a whole.
    """

    sources: tuple[str, ...]
    steps: Mapping[CounterKind, Mapping[str, Shown]]


@dataclass(frozen=True, slots=True)
class CriterionNumbers:
    """The findings of a criterion at the ends of prescreenings. `alone`: people whom only this criterion rules out."""

    criterion_id: str
    permits: Shown
    does_not_permit: Shown
    alone: Shown
    unknown: Shown
    people: Shown


def scope_of(account: Account, trial_id: str, since: datetime | None, *, with_tests: bool) -> Scope | None:
    """Return the referrals to a trial that an account may count; None where the account has no part in the trial."""
    if not may(account, Permission.SEE_NUMBERS, Place(trial_id)):
        return None
    return Scope(trial_id, account.sites_of(trial_id), since, with_tests)


def record_refusal(session: Session, account: Account, trial_id: str, at: datetime) -> None:
    """Record that an account asked for the statistics of a trial that it has no part in."""
    actor = events.recruiter(account.id)
    events.record(session, events.Event(at, actor, events.Action.NUMBERS_REFUSED, events.Subject("trial", trial_id)))


def journeys(session: Session, trial: Trial, since: date | None) -> Journeys:
    """Return the steps towards a trial since the month of a day; all but the most frequent sources are `OTHER`."""
    found = usage_counters.totals(session, OF_SOURCES, since, (*trial.conditions, trial.id))
    steps: dict[CounterKind, dict[str, int]] = {kind: {} for kind in OF_SOURCES}
    for key, count in found.items():
        if (key.name == trial.id) is (key.kind in OF_TRIALS):
            steps[key.kind][key.part] = steps[key.kind].get(key.part, 0) + count
    sources = _most_frequent(steps)
    shown = {kind: _by_source(counts, sources) for kind, counts in steps.items()}
    return Journeys(_in_order(sources, shown), shown)


def _most_frequent(steps: Mapping[CounterKind, Mapping[str, int]]) -> tuple[str, ...]:
    names = dict.fromkeys(source for counts in steps.values() for source in counts if source != OTHER)
    order = sorted(names, key=lambda source: [-steps[kind].get(source, 0) for kind in OF_SOURCES])
    is_cut = len(order) > MOST_SOURCES_SHOWN or any(OTHER in counts for counts in steps.values())
    return (*order[:MOST_SOURCES_SHOWN], *([OTHER] if is_cut else []))


def _in_order(sources: Iterable[str], shown: Mapping[CounterKind, Mapping[str, Shown]]) -> tuple[str, ...]:
    """Order sources by what is shown of their counts, so that the order reveals nothing more."""
    return tuple(
        sorted(
            sources,
            key=lambda source: (source == OTHER, [-_lower_bound(one[source]) for one in shown.values()], source),
        )
    )


def _by_source(counts: Mapping[str, int], sources: tuple[str, ...]) -> dict[str, Shown]:
    parts = dict.fromkeys(sources, 0)
    for source, count in counts.items():
        parts[source if source in parts else OTHER] += count
    return protected_parts(parts) or dict.fromkeys((*sources, TOTAL), SuppressionMark.HIDDEN)


def findings(session: Session, trial: Trial, since: date | None) -> tuple[CriterionNumbers, ...]:
    """Return the findings of each criterion since the month of a day, those that rule out most people first."""
    found = usage_counters.totals(session, OF_CRITERIA, since, (trial.id,))
    rows = [_of_criterion(found, trial.id, criterion_id) for criterion_id in dict.fromkeys(key.part for key in found)]
    return tuple(sorted(rows, key=_ruling_out))


def _of_criterion(found: Mapping[Key, int], trial_id: str, criterion_id: str) -> CriterionNumbers:
    permits, forbids, unknown, alone = (found.get(Key(kind, trial_id, criterion_id), 0) for kind in OF_CRITERIA)
    counts = (
        # Each criterion is judged for the same people.
        Count(TOTAL, permits + forbids + unknown, "people", "found", fixed=True),
        Count(CounterKind.PERMITS, permits, "found", "people"),
        Count(CounterKind.UNKNOWN, unknown, "found", "people"),
        Count(CounterKind.DOES_NOT_PERMIT, forbids, "found", "ruled out"),
        Count(CounterKind.SOLE_BLOCKER, alone, "ruled out", "people"),
        # Hidden, because the two before would reveal it.
        Count(_WITH_OTHERS, max(0, forbids - alone), "ruled out", "people"),
    )
    shown = protected(counts) or dict.fromkeys((one.name for one in counts), SuppressionMark.HIDDEN)
    names = (CounterKind.PERMITS, CounterKind.DOES_NOT_PERMIT, CounterKind.SOLE_BLOCKER, CounterKind.UNKNOWN, TOTAL)
    return CriterionNumbers(criterion_id, *(shown[name] for name in names))


def _ruling_out(row: CriterionNumbers) -> tuple[int, int, str]:
    return -_lower_bound(row.alone), -_lower_bound(row.does_not_permit), row.criterion_id


def _lower_bound(shown: Shown) -> int:
    """Return a lower bound of a count from what is shown of it, so that the order of rows reveals nothing more."""
    return shown if isinstance(shown, int) else 0
