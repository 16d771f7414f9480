"""How far the visits for one trial came: the same visits in every step, once each, so that no step exceeds another.

Page views are no visits (`visit_statistics.page_views`). Counters may lose what the database could not take; steps of
which one exceeds the one before are therefore not shown at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage import Session
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import OF_VISITS, CounterKind, month_of
from prescreen.workflow.statistics.cell_suppression import FEW, TOTAL, Count, Shown, few_or, protected, protected_table
from prescreen.workflow.statistics.sources import BySource, in_order, most_frequent, with_others

STEPS = (CounterKind.BEGAN, *OF_VISITS)
"""The steps of a visit, each of which is part of the one before."""

LEFT_EARLY, RULED_OUT, DID_NOT_SEND, SENT = "left_early", "ruled_out", "did_not_send", "sent"
STOPS = (LEFT_EARLY, RULED_OUT, DID_NOT_SEND, SENT)
"""Where visits stopped, of which each has one; after each step, and at the last one."""


_OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class VisitSteps:
    """The visits for one trial since a month, the first in which any answered to the end; None: none did.

    `shown` is how many came to each step; None where nothing can be shown, because too few differ or (`fits` is False)
    because the counts do not fit together. `stops` is where visits stopped, by source; None where that tells too much.
    `earlier` is how many began and how many sent in months before, which are not the same visits.
    """

    since: date | None
    shown: Mapping[str, Shown] | None = None
    stops: Mapping[str, Mapping[str, Shown]] | None = None
    fits: bool = True
    earlier: tuple[Shown, Shown] = (0, 0)


def visit_steps(session: Session, trial: Trial, since: date | None) -> VisitSteps:
    """Return how far visits came since the month of a day, or since the first month with such counts."""
    first = usage_counters.first_month(session, CounterKind.FINISHED, trial.id)
    begun = first if since is None or first is None else max(first, month_of(since))
    found = VisitSteps(None) if begun is None else _since(session, trial, begun)
    return replace(found, earlier=_earlier(session, trial, since, begun))


def _earlier(session: Session, trial: Trial, since: date | None, until: date | None) -> tuple[Shown, Shown]:
    """Return how many visits began and how many sent since a day, in months before another."""
    kinds = (CounterKind.BEGAN, CounterKind.SENT)
    found = usage_counters.totals(session, kinds, since, (*trial.conditions, trial.id), before=until)
    began, sent = (sum(count for key, count in found.items() if key.kind is kind) for kind in kinds)
    return few_or(began), few_or(sent)


def _since(session: Session, trial: Trial, begun: date) -> VisitSteps:
    steps = _counted(session, trial, begun)
    totals = [sum(steps[kind].values()) for kind in STEPS]
    if not _is_nested(totals):
        return VisitSteps(begun, fits=False)
    shown = protected(_flow(totals))
    if shown is None:
        return VisitSteps(begun)
    return VisitSteps(begun, {kind.value: shown[kind] for kind in STEPS}, _stops(steps))


def _counted(session: Session, trial: Trial, since: date) -> BySource:
    found = usage_counters.totals(session, STEPS, since, (*trial.conditions, trial.id))
    steps: dict[CounterKind, dict[str, int]] = {kind: {} for kind in STEPS}
    for key, count in found.items():
        if (key.name == trial.id) is (key.kind in OF_VISITS):
            steps[key.kind][key.part] = steps[key.kind].get(key.part, 0) + count
    return steps


def _is_nested(counts: Iterable[int]) -> bool:
    return all(earlier >= later for earlier, later in pairwise(counts))


def _flow(totals: Sequence[int]) -> list[Count]:
    """Return the steps, and how many stopped after each, as counts of one flow: what enters a step goes on or stops."""
    counts, before = list[Count](), _OUTSIDE
    for kind, stop, total, later in zip(STEPS[:-1], STOPS[:-1], totals[:-1], totals[1:], strict=True):
        # How many answered to the end also stands with the criteria.
        fixed = kind is CounterKind.FINISHED and total >= FEW
        counts += [Count(kind, total, kind, before, fixed), Count(stop, total - later, _OUTSIDE, kind)]
        before = kind
    return [*counts, Count(STEPS[-1], totals[-1], _OUTSIDE, before)]


def _stops(steps: BySource) -> Mapping[str, Mapping[str, Shown]] | None:
    """Return where the visits of each source stopped; None where that cannot be shown."""
    sources = most_frequent(steps)
    columns = [with_others(steps[kind], sources) for kind in STEPS]
    rows = {source: [column[source] for column in columns] for source in sources}
    if not all(map(_is_nested, rows.values())):
        return None
    parts = {source: dict(zip(STOPS, _differences(counts), strict=True)) for source, counts in rows.items()}
    shown = protected_table(parts, STOPS)
    return None if shown is None else {source: shown[source] for source in in_order(sources, _columns(shown))}


def _differences(counts: Sequence[int]) -> list[int]:
    """Return how many of each count are not in the next one; the last is kept whole."""
    return [earlier - later for earlier, later in pairwise([*counts, 0])]


def _columns(shown: Mapping[str, Mapping[str, Shown]]) -> list[Mapping[str, Shown]]:
    return [{source: row[column] for source, row in shown.items()} for column in (TOTAL, *STOPS)]
