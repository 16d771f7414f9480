"""A trial's visits as sums without personal data: the pages that were opened, and the findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import OF_CRITERIA, OF_TRIALS, CounterKind, Key
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
from prescreen.workflow.statistics.sources import in_order, lower_bound, most_frequent, with_others

PAGES = (CounterKind.ARRIVED, CounterKind.SAW_RESULTS, CounterKind.OPENED_TRIAL, CounterKind.OPENED_FORM)
"""What is counted whenever a page is opened, without knowing by whom."""

_WITH_OTHERS = "with_others"


@dataclass(frozen=True, slots=True)
class PageViews:
    """How often pages were opened, by source; each page has its `TOTAL`. They are no people.

    Except for the trial's own page, pages are those of its condition as a whole.
    """

    sources: tuple[str, ...]
    views: Mapping[CounterKind, Mapping[str, Shown]]


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


def page_views(session: Session, trial: Trial, since: date | None) -> PageViews:
    """Return how often pages on the way to a trial were opened since the month of a day."""
    found = usage_counters.totals(session, PAGES, since, (*trial.conditions, trial.id))
    views: dict[CounterKind, dict[str, int]] = {kind: {} for kind in PAGES}
    for key, count in found.items():
        if (key.name == trial.id) is (key.kind in OF_TRIALS):
            views[key.kind][key.part] = views[key.kind].get(key.part, 0) + count
    sources = most_frequent(views)
    shown = {kind: _by_source(counts, sources) for kind, counts in views.items()}
    return PageViews(in_order(sources, shown.values()), shown)


def _by_source(counts: Mapping[str, int], sources: tuple[str, ...]) -> dict[str, Shown]:
    parts = with_others(counts, sources)
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
    return -lower_bound(row.alone), -lower_bound(row.does_not_permit), row.criterion_id
