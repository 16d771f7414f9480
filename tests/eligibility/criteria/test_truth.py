"""The truth tables, against the meaning of unknown: it may turn out either way."""

from collections.abc import Callable, Iterable
from itertools import product

import pytest

from prescreen.eligibility.criteria.truth import Truth, all_of, any_of, at_least

PARTS = [truths for size in range(5) for truths in product(Truth, repeat=size)]
BOTH = {Truth.TRUE: [True], Truth.FALSE: [False], Truth.UNKNOWN: [True, False]}


def by_completion(connective: Callable[[Iterable[bool]], bool], truths: tuple[Truth, ...]) -> Truth:
    """Replace each unknown by both values: known where all completions agree, else unknown."""
    outcomes = {connective(completion) for completion in product(*(BOTH[truth] for truth in truths))}
    return Truth.of(outcomes.pop()) if len(outcomes) == 1 else Truth.UNKNOWN


def test_the_tables_hold_every_combination_of_up_to_four_truths() -> None:
    assert len(set(PARTS)) == 1 + 3 + 9 + 27 + 81


def test_all_agrees_with_every_completion() -> None:
    assert [truths for truths in PARTS if all_of(truths) is not by_completion(all, truths)] == []


def test_any_agrees_with_every_completion() -> None:
    assert [truths for truths in PARTS if any_of(truths) is not by_completion(any, truths)] == []


@pytest.mark.parametrize("count", range(6))
def test_at_least_agrees_with_every_completion(count: int) -> None:
    def reached(known: Iterable[bool]) -> bool:
        return sum(known) >= count

    assert [truths for truths in PARTS if at_least(count, truths) is not by_completion(reached, truths)] == []


@pytest.mark.parametrize("truth", Truth)
def test_not_agrees_with_every_completion(truth: Truth) -> None:
    assert ~truth is by_completion(lambda known: not next(iter(known)), (truth,))


def test_all_and_any_are_mirrors() -> None:
    assert [truths for truths in PARTS if all_of(truths) is not ~any_of(~truth for truth in truths)] == []


def test_at_least_one_is_any_and_at_least_all_is_all() -> None:
    assert [truths for truths in PARTS if at_least(1, truths) is not any_of(truths)] == []
    assert [truths for truths in PARTS if at_least(len(truths), truths) is not all_of(truths)] == []


@pytest.mark.parametrize("truth", Truth)
def test_a_truth_is_never_taken_for_a_bool(truth: Truth) -> None:
    with pytest.raises(TypeError, match="compare it"):
        bool(truth)


def test_connectives_take_any_iterable_and_read_it_once() -> None:
    def truths() -> Iterable[Truth]:
        return iter([Truth.TRUE, Truth.UNKNOWN])

    assert all_of(truths()) is Truth.UNKNOWN
    assert any_of(truths()) is Truth.TRUE
    assert at_least(2, truths()) is Truth.UNKNOWN
