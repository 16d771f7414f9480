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


@pytest.mark.parametrize("truths", PARTS)
def test_all_agrees_with_every_completion(truths: tuple[Truth, ...]) -> None:
    assert all_of(truths) is by_completion(all, truths)


@pytest.mark.parametrize("truths", PARTS)
def test_any_agrees_with_every_completion(truths: tuple[Truth, ...]) -> None:
    assert any_of(truths) is by_completion(any, truths)


@pytest.mark.parametrize("count", range(6))
@pytest.mark.parametrize("truths", PARTS)
def test_at_least_agrees_with_every_completion(truths: tuple[Truth, ...], count: int) -> None:
    assert at_least(count, truths) is by_completion(lambda known: sum(known) >= count, truths)


@pytest.mark.parametrize("truth", Truth)
def test_not_agrees_with_every_completion(truth: Truth) -> None:
    assert ~truth is by_completion(lambda known: not next(iter(known)), (truth,))


@pytest.mark.parametrize("truths", PARTS)
def test_all_and_any_are_mirrors(truths: tuple[Truth, ...]) -> None:
    assert all_of(truths) is ~any_of(~truth for truth in truths)


@pytest.mark.parametrize("truths", PARTS)
def test_at_least_one_is_any_and_at_least_all_is_all(truths: tuple[Truth, ...]) -> None:
    assert at_least(1, truths) is any_of(truths)
    assert at_least(len(truths), truths) is all_of(truths)


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
