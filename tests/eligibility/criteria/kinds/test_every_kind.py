"""Every kind of question, whichever there are: what it writes it reads back, and no kind lacks a way."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answer_encoding import (
    AnswerCoding,
    from_json,
    from_row,
    to_json,
    to_number,
    to_row,
    to_text,
)
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.kinds.registry import KEYS_OF_SOME, KINDS, accept, kind_of, kind_of_value
from prescreen.eligibility.criteria.questions import Question, QuestionType, ValueRefusedError
from prescreen.eligibility.criteria.rules import Value
from tests.eligibility.samples import ON, boolean, choice, choices, dated, number


@dataclass(frozen=True)
class Sample:
    """A question of one kind and its values."""

    question: Question
    values: st.SearchStrategy[Any]


_DRINKS = choices("drinks", "tea", "coffee", "water", exclusive="none")
SAMPLES = {
    QuestionType.BOOLEAN: Sample(boolean("smokes"), st.booleans()),
    QuestionType.CHOICE: Sample(choice("sex", "female", "male"), st.sampled_from(["female", "male"])),
    QuestionType.CHOICES: Sample(
        _DRINKS, st.frozensets(st.sampled_from(["tea", "coffee", "water"])) | st.just(frozenset({"none"}))
    ),
    QuestionType.NUMBER: Sample(number("score"), st.decimals(0, 10**9 - 1, places=6).map(Fraction)),
    QuestionType.DATE: Sample(dated("seen"), st.dates().map(PartialDate)),
}


@st.composite
def said(draw: st.DrawFn) -> tuple[Question, Value]:
    sample = SAMPLES[draw(st.sampled_from(list(QuestionType)))]
    return sample.question, draw(sample.values)


def test_no_kind_is_without_an_entry_here_or_in_the_registry() -> None:
    assert set(KINDS) == set(SAMPLES) == set(QuestionType)


def test_no_two_kinds_share_a_type_of_value_or_a_name_in_rows() -> None:
    assert len({kind.value_type for kind in KINDS.values()}) == len(KINDS)
    assert len({kind.row_name for kind in KINDS.values()} | {"declined"}) == len(KINDS) + 1


def test_the_keys_of_some_kinds_are_fields_of_a_question() -> None:
    assert Question.__dataclass_fields__.keys() >= KEYS_OF_SOME


@given(said())
def test_a_value_is_accepted_by_its_own_kind_alone(one: tuple[Question, Value]) -> None:
    question, value = one

    assert accept(question, value, ON) == value
    assert kind_of_value(value) is kind_of(question)
    for other in SAMPLES.values():
        if other.question is not question:
            with pytest.raises(ValueRefusedError):
                accept(other.question, value, ON)


def as_loaded(raw: object) -> object:
    """Return a number as JSON readers of ours give it, never as a binary float."""
    return Decimal(repr(raw)) if isinstance(raw, float) else raw


@given(said())
def test_json_is_read_back(one: tuple[Question, Value]) -> None:
    question, value = one
    raw = to_json(value)
    if isinstance(value, Fraction) and isinstance(raw, str):
        return  # more digits than JSON's readers keep

    assert from_json(question, as_loaded(raw), ON) == value


@given(said())
def test_a_stored_row_is_read_back(one: tuple[Question, Value]) -> None:
    assert from_row(*to_row(one[1])) == one[1]


@given(said())
def test_the_code_of_a_cookie_is_read_back_and_not_above_the_greatest(one: tuple[Question, Value]) -> None:
    question, value = one
    coding = AnswerCoding.of(question)
    code = coding.encode(value)

    assert 0 <= code <= coding.greatest
    assert coding.decode(code, ON) == value
    assert coding.decode(code, ON) == value, "when it is known"


@pytest.mark.parametrize("kind", list(QuestionType))
@given(number=st.integers(0, 2**70))
def test_no_two_codes_of_a_cookie_are_of_one_answer(kind: QuestionType, number: int) -> None:
    coding = AnswerCoding.of(SAMPLES[kind].question)
    for code in (number, number % (coding.greatest + 1)):
        try:
            value = coding.decode(code, ON)
        except ValueRefusedError:
            continue
        assert isinstance(value, Declined | KINDS[kind].value_type)
        assert coding.encode(value) <= code


@given(said())
def test_a_value_of_another_kind_has_no_number(one: tuple[Question, Value]) -> None:
    for sample in SAMPLES.values():
        found = to_number(sample.question, one[1])
        assert (found is None) is (sample.question is not one[0])


@given(said())
def test_the_word_for_a_table_is_one_line(one: tuple[Question, Value]) -> None:
    assert to_text(one[1]).isprintable()
    assert to_text(one[1])


@pytest.mark.parametrize("kind", list(QuestionType))
@pytest.mark.parametrize("declined", list(Declined))
def test_what_was_declined_is_written_alike_for_every_kind(kind: QuestionType, declined: Declined) -> None:
    question = SAMPLES[kind].question

    coding = AnswerCoding.of(question)
    assert coding.decode(coding.encode(declined), ON) is declined
    assert coding.encode(declined) == list(Declined).index(declined)
    assert from_row(*to_row(declined)) is declined
    assert to_number(question, declined) is None
    assert (to_json(declined), to_text(declined)) == (None, declined.value)


@pytest.mark.parametrize("kind", list(QuestionType))
@pytest.mark.parametrize("beyond", [1, 2, 10**9])
def test_a_code_of_no_answer_is_refused(kind: QuestionType, beyond: int) -> None:
    coding = AnswerCoding.of(SAMPLES[kind].question)

    with pytest.raises(ValueRefusedError):
        coding.decode(coding.greatest + beyond, ON)


def test_a_kind_that_lacks_a_way_cannot_be_made() -> None:
    class Half(type(KINDS[QuestionType.BOOLEAN]).__mro__[1]):  # type: ignore[misc]
        value_type = date

    with pytest.raises(TypeError, match="abstract"):
        Half()
