"""Bounds of meanings: whatever the words truly mean between them, joined bounds hold of the joined words."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.rules import All, Any, AtLeast, BooleanTest, Missing, Not, Rule, Tested, evaluate
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interpretation.meaning import (
    UNKNOWN,
    Meaning,
    all_of,
    any_of,
    at_least,
    either_way,
    exactly,
    negated,
)

NAMES = ("a", "b", "c")
PEOPLE = [dict(zip(NAMES, answers, strict=True)) for answers in product((False, True), repeat=len(NAMES))]


class Person:
    """A person who has answered every question."""

    def __init__(self, answers: dict[str, bool]) -> None:
        self.answers = answers

    def value(self, question: str) -> Tested | Missing:
        return self.answers[question]


def holds(rule: Rule, person: dict[str, bool]) -> bool:
    return evaluate(rule, Person(person)) is Truth.TRUE


tests = st.builds(BooleanTest, st.sampled_from(NAMES), st.booleans())
rules = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Any(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AtLeast(2, tuple(parts))),
    ),
    max_leaves=5,
)
groups = st.frozensets(st.integers(0, len(PEOPLE) - 1))


@st.composite
def understood(draw: st.DrawFn) -> tuple[Meaning, frozenset[int]]:
    """Draw words that fit a group of people, and bounds that are right about it."""
    group = draw(groups)
    low, high = draw(rules), draw(rules)
    fits_low = all(place in group for place, one in enumerate(PEOPLE) if holds(low, one))
    fits_high = all(holds(high, PEOPLE[place]) for place in group)
    return Meaning(low if fits_low else None, high if fits_high else None), group


def assert_bounds(meaning: Meaning, group: frozenset[int]) -> None:
    for place, person in enumerate(PEOPLE):
        if meaning.sufficient is not None and holds(meaning.sufficient, person):
            assert place in group
        if meaning.necessary is not None and place in group:
            assert holds(meaning.necessary, person)


@given(st.lists(understood(), min_size=1, max_size=4), st.integers(1, 4))
def test_joined_bounds_are_right_about_everybody(words: list[tuple[Meaning, frozenset[int]]], count: int) -> None:
    meanings, those = [one for one, _ in words], [group for _, group in words]
    everyone = range(len(PEOPLE))

    assert_bounds(all_of(meanings), frozenset(p for p in everyone if all(p in one for one in those)))
    assert_bounds(any_of(meanings), frozenset(p for p in everyone if any(p in one for one in those)))
    assert_bounds(negated(meanings[0]), frozenset(everyone) - those[0])
    counted = frozenset(p for p in everyone if sum(p in one for one in those) >= count)
    assert_bounds(at_least(count, meanings), counted)


@given(st.lists(understood(), min_size=1, max_size=4))
def test_an_and_that_may_mean_or_is_right_either_way(words: list[tuple[Meaning, frozenset[int]]]) -> None:
    meaning = either_way(one for one, _ in words)
    those = [group for _, group in words]

    assert_bounds(meaning, frozenset.intersection(*those))
    assert_bounds(meaning, frozenset.union(*those))


@given(rules, rules)
def test_exact_words_stay_exact(one: Rule, other: Rule) -> None:
    for joined in (all_of((exactly(one), exactly(other))), any_of((exactly(one), exactly(other)))):
        assert joined.is_exact
    assert negated(exactly(one)).is_exact


def test_an_unknown_part_leaves_only_the_safe_bound() -> None:
    known = exactly(BooleanTest("a", True))

    assert all_of((known, UNKNOWN)) == Meaning(None, BooleanTest("a", True))
    assert any_of((known, UNKNOWN)) == Meaning(BooleanTest("a", True), None)
    assert negated(UNKNOWN) == UNKNOWN
