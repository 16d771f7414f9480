"""Timing of contestants in turns; ratios are formed within a round, so that a disturbance affects all alike."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TypeVar

Item = TypeVar("Item")
Work = Callable[[Item], object]
Times = Mapping[str, Sequence[Sequence[float]]]
"""Seconds by contestant, round and item (shape: rounds, items). A slow contestant has fewer items and rounds."""

_FEWEST_ROUNDS = 3


@dataclass(frozen=True)
class Range:
    """The median of several measurements, and both ends."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> "Range":
        """Return the range of some figures."""
        listed = list(figures)
        return cls(median(listed), min(listed), max(listed))


def turns(contestants: Mapping[str, Work[Item]], items: Sequence[Item], *, rounds: int, budget: float) -> Times:
    """Time every contestant on the same items, in turns; none takes much longer than `budget` seconds in all."""
    times: dict[str, list[list[float]]] = {name: [] for name in contestants}
    with _undisturbed():
        plans = {name: _plan(work, items, rounds, budget) for name, work in contestants.items()}
        for turn in range(rounds):
            for name, work in contestants.items():
                many, own_rounds = plans[name]
                if turn < own_rounds:
                    times[name].append([seconds(work, item) for item in items[:many]])
    return times


def _plan(work: Work[Item], items: Sequence[Item], rounds: int, budget: float) -> tuple[int, int]:
    """Return the numbers of items a round and of rounds; more items come before more rounds.

    The first call warms up.
    """
    once = seconds(work, items[0])
    once = min(once, seconds(work, items[0])) if once < 1 else once
    calls = budget / max(once, 1e-9)
    many = max(1, min(len(items), int(calls / _FEWEST_ROUNDS)))
    return many, max(_FEWEST_ROUNDS, min(rounds, int(calls / many)))


def seconds(work: Work[Item], item: Item) -> float:
    """Return the seconds of one call."""
    start = perf_counter()
    work(item)
    return perf_counter() - start


@contextmanager
def _undisturbed() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def mean_time(times: Times, name: str) -> Range:
    """Return a contestant's seconds per item, by round."""
    return Range.of(sum(one) / len(one) for one in times[name])


def times_faster(times: Times, ours: str, theirs: str) -> Range:
    """Return how many times faster one contestant is than another, over the items that both did in the same round."""
    ratios = []
    for own, other in zip(times[ours], times[theirs], strict=False):
        both = min(len(own), len(other))
        ratios.append(sum(other[:both]) / sum(own[:both]))
    return Range.of(ratios)
