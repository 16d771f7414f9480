"""Cell suppression: small counts are hidden, and so are further counts from which they could be computed.

Counts that add up are treated as a flow: each runs from one balance to another, and what enters a balance leaves it. So
the parts of a total, and a table with totals on both sides, are handled alike, and "can this count be computed from
what is shown?" has an exact answer: it cannot if it lies on a cycle of hidden counts, around which one person more or
less could have gone. The reader is assumed to know even which of the hidden counts are below `FEW`.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

FEW = 5
"""Counts from 1 to one less than this are hidden. Zero is shown."""


class SuppressionMark(StrEnum):
    """The mark shown for a hidden count: it is below `FEW`, or it would reveal one that is."""

    FEW = "few"
    HIDDEN = "hidden"


Shown = int | SuppressionMark
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """A count, the name under which it is shown, and the two balances that it belongs to.

    Counts are compared by identity: there may be several with the same numbers.

    A fixed count is shown elsewhere too, and so cannot be hidden to protect another. An untold one is shown nowhere and
    may be small: it only says how others are related. An untold count of zero is taken to be known to the reader.
    """

    name: Hashable
    value: int
    enters: Hashable
    leaves: Hashable
    fixed: bool = False
    untold: bool = False

    @property
    def is_small(self) -> bool:
        """Whether the count must be hidden."""
        return 0 < self.value < FEW and not self.untold


TOTAL = "total"


def few_or(count: int) -> Shown:
    """Return a count that is part of nothing else, as it may be shown."""
    return SuppressionMark.FEW if 0 < count < FEW else count


def protected_parts(parts: Mapping[Name, int], *, fixed: bool = False) -> dict[Name | str, Shown] | None:
    """Return the parts of a total as they may be shown, and the total under the name `TOTAL`.

    `fixed`: the total is shown elsewhere too. None: no part of it can be shown.
    """
    counts = [Count(TOTAL, sum(parts.values()), "whole", "parts", fixed)]
    counts += [Count(name, value, "parts", "whole") for name, value in parts.items()]
    return protected(counts)  # type: ignore[return-value]  # by the names that it was given


def protected_table(
    rows: Mapping[Name, Mapping[str, int]], columns: Sequence[str]
) -> dict[Name, dict[str, Shown]] | None:
    """Return a table as it may be shown, by row and column; the total of a row is in its column `TOTAL`.

    The totals of columns are assumed to be shown elsewhere. None: no part of it can be shown.
    """
    everybody = sum(sum(row.values()) for row in rows.values())
    counts = [Count(TOTAL, everybody, "whole", "parts", fixed=True)]
    for column in columns:
        whole = sum(row[column] for row in rows.values())
        counts.append(Count(("column", column), whole, ("column", column), "whole", fixed=True))
    for name, row in rows.items():
        counts.append(Count((name, TOTAL), sum(row.values()), "parts", ("row", name)))
        counts += [Count((name, column), row[column], ("row", name), ("column", column)) for column in columns]
    shown = protected(counts)
    if shown is None:
        return None
    return {name: {column: shown[name, column] for column in (*columns, TOTAL)} for name in rows}


def protected(counts: Sequence[Count]) -> dict[Hashable, Shown] | None:
    """Return each count or its mark, by name; None where suppression cannot hide a small count."""
    small = [one for one in counts if one.is_small]
    if any(one.fixed for one in small):
        return None
    hidden = [one for one in counts if one.untold and one.value]
    while stuck := next((one for one in small if not _is_safe(one, counts, hidden)), None):
        another = _next_to_hide(stuck, counts, hidden)
        if another is None:
            return None
        hidden.append(another)
    # Counts hidden early on may have turned out to be unnecessary.
    for one in [one for one in hidden if not one.untold]:
        rest = [other for other in hidden if other is not one]
        if all(_is_safe(few, counts, rest) for few in small):
            hidden = rest
    return {one.name: _shown(one, hidden) for one in counts}


def _shown(count: Count, hidden: Collection[Count]) -> Shown:
    if count.is_small:
        return SuppressionMark.FEW
    return SuppressionMark.HIDDEN if count in hidden else count.value


def _next_to_hide(stuck: Count, counts: Sequence[Count], hidden: Collection[Count]) -> Count | None:
    """Return the count to hide next: the smallest neighbour, totals last."""
    beside = {stuck.enters, stuck.leaves}
    able = [one for one in counts if one.value >= FEW and not (one.fixed or one.untold) and one not in hidden]
    order = sorted(able, key=lambda one: (not beside & {one.enters, one.leaves}, _is_total(one), one.value))
    return next(iter(order), None)


def _is_total(count: Count) -> bool:
    return count.name == TOTAL or (isinstance(count.name, tuple) and TOTAL in count.name)


def _is_safe(count: Count, counts: Sequence[Count], hidden: Collection[Count]) -> bool:
    """Return whether the shown counts leave at least one other value possible for a small count."""
    others = [one for one in counts if one is not count and (one.is_small or one in hidden)]
    more = count.value < FEW - 1 and _is_connected(count.leaves, count.enters, others)
    fewer = count.value > 1 and _is_connected(count.enters, count.leaves, others)
    return more or fewer


def _is_connected(start: Hashable, end: Hashable, counts: Sequence[Count]) -> bool:
    """Return whether a path of hidden counts leads from one balance to another.

    Along such a path one person more could have been counted without a change in what is shown.
    """
    steps: dict[Hashable, list[Hashable]] = {}
    for one in counts:
        if _may_grow(one):
            steps.setdefault(one.enters, []).append(one.leaves)
        if _may_shrink(one):
            steps.setdefault(one.leaves, []).append(one.enters)
    reached, ahead = {start}, [start]
    while ahead and end not in reached:
        new = [step for step in steps.get(ahead.pop(), ()) if step not in reached]
        ahead += new
        reached.update(new)
    return end in reached


def _may_grow(count: Count) -> bool:
    return not count.is_small or count.value < FEW - 1


def _may_shrink(count: Count) -> bool:
    return count.value > (0 if count.untold else 1 if count.is_small else FEW)
