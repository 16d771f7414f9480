"""Print what a reader found of drafted rules: how many are good, rule out somebody wrongly, and keep their numbers.

`python -m tests.catalog.authoring.report_checked` counts `hand_checked.yaml`. With a folder that holds `trials`, it
also names what the seed draws there today and nobody has judged.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.catalog.authoring.sampled import Checked, Judgment, Numbers, Ruled, drawn, hand_checked, ruled_of_back

GOOD = {Judgment.RIGHT, Judgment.PART}
COUNT = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of the checked rules, from 0 to 1; of numbers, the share of the rules and words that have one."""

    rules: int
    good: float
    wrong: float
    too_wide: float
    with_numbers: int
    numbers_right: float
    numbers_lost: float


def figures(checked: Sequence[Checked]) -> Figures:
    """Return the figures of what was checked. A number left out is no wrong one: the rule is a true part.

    Raises:
        ValueError: where nothing was checked.
    """
    if not checked:
        raise ValueError("no rule was checked")
    numbers = [one.numbers for one in checked if one.numbers is not Numbers.NONE]
    said = [one for one in numbers if one is not Numbers.LOST]
    return Figures(
        len(checked),
        _share([one.judgment in GOOD for one in checked]),
        _share([one.judgment is Judgment.WRONG for one in checked]),
        _share([one.judgment is Judgment.TOO_WIDE for one in checked]),
        len(numbers),
        _share([one is Numbers.RIGHT for one in said], of_none=1),
        _share([one is Numbers.LOST for one in numbers]),
    )


def _share(hits: Sequence[bool], of_none: float = 0) -> float:
    return sum(hits) / len(hits) if hits else of_none


def report(checked: Sequence[Checked]) -> Iterator[str]:
    """Yield the figures in two lines, then each rule that is not good and each number that was lost."""
    of = figures(checked)
    yield f"{of.rules} rules: {of.good:.1%} right or a true part, {of.wrong:.1%} wrong, {of.too_wide:.1%} too wide"
    yield f"{of.with_numbers} with numbers: {of.numbers_right:.1%} of those in rules right, {of.numbers_lost:.1%} lost"
    yield from (f"{one.record}: {one.judgment} {one.words!r}: {one.why}" for one in checked if one.judgment not in GOOD)
    yield from (f"{one.record}: number lost {one.words!r}: {one.why}" for one in checked if one.numbers is Numbers.LOST)


def not_judged(checked: Sequence[Checked], ruled: Sequence[Ruled], count: int = COUNT) -> list[Ruled]:
    """Return what the seed draws from the criteria with a rule, and the list lacks."""
    judged = {one.key for one in checked}
    return [one for one in drawn(ruled, count) if one.key not in judged]


if __name__ == "__main__":
    for line in report(hand_checked()):
        sys.stdout.write(f"{line}\n")
    for missing in not_judged(hand_checked(), ruled_of_back(Path(sys.argv[1])) if sys.argv[1:] else ()):
        sys.stdout.write(f"{missing.record}: not judged {missing.kind} {missing.words!r}\n")
