"""Counts by source: the most frequent apart, the rest together, in an order that reveals nothing more.

A module of its own, since steps of visits and page views are both told by source.
"""

from collections.abc import Iterable, Mapping

from prescreen.storage.interview.usage_counters import OTHER, CounterKind
from prescreen.workflow.statistics.cell_suppression import Shown

MOST_SOURCES_SHOWN = 12

BySource = Mapping[CounterKind, Mapping[str, int]]


def most_frequent(steps: BySource) -> tuple[str, ...]:
    """Return the sources to show apart, by their counts; then `OTHER`, where any is left."""
    names = dict.fromkeys(source for counts in steps.values() for source in counts if source != OTHER)
    order = sorted(names, key=lambda source: [-counts.get(source, 0) for counts in steps.values()])
    is_cut = len(order) > MOST_SOURCES_SHOWN or any(OTHER in counts for counts in steps.values())
    return (*order[:MOST_SOURCES_SHOWN], *([OTHER] if is_cut else []))


def with_others(counts: Mapping[str, int], sources: Iterable[str]) -> dict[str, int]:
    """Return the counts of these sources, all others counted as `OTHER`."""
    parts = dict.fromkeys(sources, 0)
    for source, count in counts.items():
        parts[source if source in parts else OTHER] += count
    return parts


def in_order(sources: Iterable[str], shown: Iterable[Mapping[str, Shown]]) -> tuple[str, ...]:
    """Order sources by what is shown of their counts, column by column, so that the order reveals nothing more."""
    columns = list(shown)
    return tuple(
        sorted(sources, key=lambda one: (one == OTHER, [-lower_bound(column[one]) for column in columns], one))
    )


def lower_bound(shown: Shown) -> int:
    """Return a lower bound of a count from what is shown of it, so that the order of rows reveals nothing more."""
    return shown if isinstance(shown, int) else 0
