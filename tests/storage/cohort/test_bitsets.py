"""Bit planes: packing, counting and comparing, exactly, and a broken engine that is found out."""

from __future__ import annotations

from collections.abc import Callable
from operator import add, mul

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, example, find, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.cohort import judging
from prescreen.eligibility.criteria.rules import BooleanTest
from prescreen.storage.cohort.bitsets import bits, chosen_options, expressions, people, truths
from prescreen.storage.cohort.bitsets import whole_numbers as numbers
from prescreen.storage.cohort.bitsets.engine import PlaneColumns, judged, sums
from prescreen.storage.cohort.bitsets.truths import Truths
from prescreen.storage.cohort.bitsets.whole_numbers import Digits, Tally, Whole
from prescreen.storage.cohort.engines import FITS
from tests.eligibility.samples import ON, answers, bank, boolean, choice, choices, number, requiring
from tests.storage.cohort.test_engines import in_planes, plainly
from tests.storage.crowds import Crowd, crowds

STEADY = settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
TRUTHS = st.lists(st.booleans(), min_size=1, max_size=200)
NUMBERS = st.one_of(st.integers(-20, 20), st.integers(-(2**62), 2**62), st.sampled_from([0, 127, 128, -129, 2**31]))


DIALECT = PlaneColumns()


def packed(truths: list[bool]) -> bits.Bits:
    return bits.packed(np.array(truths, bool))


def listed(plane: bits.Bits, size: int) -> list[bool]:
    return bits.unpacked(plane, size).tolist()


def column(numbers: list[int]) -> people.Column:
    return people.Column(np.array(numbers, np.int64), np.full(len(numbers), True))


def reaching(found: Whole | Digits, limit: int, size: int) -> list[bool]:
    return listed(found.at_least(limit).holds, size)


# Planes.


@STEADY
@given(TRUTHS)
@example([True] * 64)
@example([False] * 64 + [True])
def test_a_plane_knows_who_is_in_it_and_nobody_beyond_the_last(truths: list[bool]) -> None:
    plane = packed(truths)

    assert listed(plane, len(truths)) == truths
    assert bits.places(plane).tolist() == [place for place, truth in enumerate(truths) if truth]
    assert bits.count(plane) == sum(truths)


@STEADY
@given(st.lists(st.tuples(*[st.booleans()] * 4), min_size=1, max_size=80), st.integers(1, 5))
def test_people_who_are_in_enough_planes_are_found(rows: list[tuple[bool, ...]], least: int) -> None:
    planes = tuple(packed(list(one)) for one in zip(*rows, strict=True))

    holds, fails = Tally(packed([True] * len(rows)), planes).at_least(least)

    assert listed(holds, len(rows)) == [sum(row) >= least for row in rows]
    assert listed(fails, len(rows)) == [sum(row) < least for row in rows]


@STEADY
@given(st.lists(st.integers(0, 2**5 - 1), min_size=1, max_size=80), st.integers(0, 2**5 - 1))
def test_ticked_options_are_compared_as_the_number_that_they_are(numbers: list[int], mask: int) -> None:
    questions = bank(choices("c", *"abcde"))
    ticked = [{"abcde"[place] for place in range(5) if number >> place & 1} for number in numbers]
    reading = Crowd(questions, requiring(), [answers(c=some) for some in ticked]).planes().reading()

    for limit in (0, 1, mask):
        holds, fails = reading.truths(DIALECT.bits(DIALECT.column("c"), mask) >= limit)

        assert listed(holds, len(numbers)) == [number & mask >= limit for number in numbers]
        assert listed(fails, len(numbers)) == [number & mask < limit for number in numbers]


def test_options_have_no_order_that_a_limit_between_could_mean() -> None:
    reading = Crowd(bank(choices("c", *"abc")), requiring(), [answers(c={"a"})]).planes().reading()

    with pytest.raises(ValueError, match="not with 6"):
        reading.truths(DIALECT.bits(DIALECT.column("c"), 0b111) >= 6)


# Numbers.


@STEADY
@given(st.lists(NUMBERS, min_size=1, max_size=150), st.integers(1, 10**6), st.integers(-(2**70), 2**70))
@example([0, 0], 1, 0)
@example([-128, 127], 1, 127)
@example([6] * 100 + [9], 1, 7)
@example([0] * 100 + [9, 18], 1, 10)
def test_numbers_are_kept_as_they_were_given(given: list[int], unit: int, limit: int) -> None:
    steps = [number * unit for number in given if abs(number * unit) < 2**62]
    near = [step + away for step in steps[:3] for away in (-1, 0, 1)]

    size, digits = len(steps), people._digits(column(steps))

    for kept in (people._narrowed(column(steps)), digits, digits.numbers(size)):
        for one in (limit, *near):
            assert reaching(kept, one, size) == [step >= one for step in steps]


def test_numbers_take_as_few_bytes_as_they_can() -> None:
    kinds = [people._narrowed(column([17 * 10**6, most * 10**6])).values.dtype for most in (99, 250, 40_000, 10**10)]

    assert [kind.itemsize for kind in kinds] == [1, 2, 4, 8]


WHOLES = st.tuples(st.lists(NUMBERS, min_size=3, max_size=3), st.integers(-50, 50), st.integers(-(2**70), 2**70))


@STEADY
@given(WHOLES, WHOLES, st.sampled_from([add, mul]), st.integers(-3, 3))
def test_calculating_never_rounds_and_never_overflows(
    one: tuple[list[int], int, int], other: tuple[list[int], int, int], operation: Callable[[int, int], int], away: int
) -> None:
    wholes = [
        Whole(packed([True] * 3), np.array(numbers, np.int64), max(1, *map(abs, numbers)), unit, offset)
        for numbers, unit, offset in (one, other)
    ]
    ints = [[number * unit + offset for number in numbers] for numbers, unit, offset in (one, other)]

    found = wholes[0].added(wholes[1]) if operation is add else wholes[0].multiplied(wholes[1])

    expected = list(map(operation, *ints))
    for limit in expected:
        assert reaching(found, limit + away, 3) == [number >= limit + away for number in expected]


def test_a_number_that_is_unknown_is_neither_at_least_nor_less() -> None:
    taken = people.Column(np.array([-5, 0, 50]), np.array([True, False, True]))

    for kept in (people._narrowed(taken), people._digits(taken), people._digits(taken).numbers(3)):
        assert [listed(plane, 3) for plane in kept.at_least(-1)] == [[False, False, True], [True, False, False]]


# People.


def test_planes_of_nobody_are_judged() -> None:
    crowd = Crowd(bank(boolean("q")), requiring(BooleanTest("q", expected=True)), [])

    rows = judged(crowd.planes(), judging(crowd.trial, crowd.bank, ON, PlaneColumns()))

    assert (rows.where(FITS).tolist(), rows.unknown(FITS).tolist()) == ([], [])


def test_a_trial_without_rules_fits_everybody() -> None:
    crowd = Crowd(bank(boolean("q")), requiring(), [answers()] * 3)

    rows = judged(crowd.planes(), judging(crowd.trial, crowd.bank, ON, PlaneColumns()))

    assert rows.where(FITS).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "term",
    [
        DIALECT.column("yes") >= 1,
        DIALECT.column("yes") + 1 >= 1,
        DIALECT.column("age") & DIALECT.column("yes"),
        DIALECT.bits(DIALECT.column("age"), 1) >= 1,
        DIALECT.column("ticks") + 1 >= 1,
        DIALECT.whole(5),
    ],
)
def test_columns_of_the_wrong_kind_are_refused(term: expressions.Term) -> None:
    crowd = Crowd(bank(boolean("yes"), number("age"), choices("ticks", "a")), requiring(), [answers(yes=True)])

    with pytest.raises(TypeError):
        crowd.planes().reading().truths(term)
    with pytest.raises(TypeError, match="only counts"):
        sums(crowd.planes(), {"ages": DIALECT.column("age")})


def test_a_choice_among_many_options_is_kept_whole() -> None:
    questions = bank(choice("c", *(f"o{place}" for place in range(300))))
    planes = Crowd(questions, requiring(), [answers(c="o299"), answers(c="o0"), answers()]).planes()

    found = planes.reading().truths(DIALECT.among(DIALECT.column("c"), (299, 7)))

    assert [listed(plane, 3) for plane in found] == [[True, False, False], [False, True, False]]


# Whoever breaks the engine is found out.


def _two_valued(term: expressions.Opposite, people: expressions.Reading) -> Truths:
    holds, _ = people.truths(term.part)
    return Truths(people.everybody ^ holds, holds)


UNBROKEN = {kind: kind.value for kind in (expressions.Among, expressions.AtLeast)}


def _unknown_fails(term: expressions.Among | expressions.AtLeast, people: expressions.Reading) -> Truths:
    holds, _ = UNBROKEN[type(term)](term, people)
    return Truths(holds, people.everybody ^ holds)


BROKEN: dict[str, tuple[object, str, object]] = {
    "a choice that is unknown fails": (expressions.Among, "value", _unknown_fails),
    "a number that is unknown is too small": (expressions.AtLeast, "value", _unknown_fails),
    "what is not known to hold fails": (expressions.Opposite, "value", _two_valued),
    "and is or": (expressions, "every", truths.some),
    "one less is enough": (numbers, "enough", lambda planes, least: bits.enough(planes, max(1, least - 1))),
    "one option is as good as all": (chosen_options, "all_of", bits.any_of),
    "limits are one step off": (numbers, "reaching", lambda digits, limit: bits.reaching(digits, limit + 1)),
    "limits of numbers that grow are one off": (
        Whole,
        "_reaching",
        lambda self, limit: self.values > limit // self.unit,
    ),
    "days do not count": (expressions.CalendarPart, "value", lambda self, people: people.numbers(self.part)),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_an_engine_that_is_broken_is_convicted(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, name, wrong = BROKEN[broken]
    many = settings(max_examples=500, derandomize=True, phases=[Phase.generate], database=None)

    monkeypatch.setattr(owner, name, wrong)

    assert find(crowds(), lambda crowd: in_planes(crowd) != plainly(crowd), settings=many)
