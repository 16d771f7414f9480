"""Encoded answers: a round trip loses nothing, changed questions are dropped, and all of it fits a cookie."""

import json
import zlib
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from prescreen.catalog.assessment.answer_codec import (
    MOST_COOKIE_BYTES,
    Packing,
    UnpackableError,
    compressed,
    decompressed,
    most_cookie_bytes,
)
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.eligibility.criteria.rules import BooleanTest
from tests.eligibility.samples import ON, Given, answers, bank, body, boolean, choice, choices, number, text

SEX = choice("sex", "female", "male")
ILL = choices("ill", "a", "b", "c", exclusive="none")
AGE = number("age", 0, 120, unit="a")
SMOKES = boolean("smokes")
BANK = bank(SEX, ILL, AGE, SMOKES)


def sent(answers: Answers, questions: QuestionBank = BANK) -> Answers:
    """Pack and unpack, through bytes, as a cookie does."""
    packing = Packing(questions)
    return packing.unpack(decompressed(compressed(packing.pack(answers))))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"sex": "male", "ill": {"a", "c"}, "age": 44, "smokes": False},
        {"ill": set(), "smokes": True},
        {"ill": {"none"}},
        {"age": Fraction(1, 3)},
        {"age": Fraction(0)},
        dict.fromkeys(("sex", "ill", "age", "smokes"), Declined.DO_NOT_KNOW),
        dict.fromkeys(("sex", "ill", "age", "smokes"), Declined.RATHER_NOT_SAY),
    ],
)
@pytest.mark.parametrize("on", [ON, date(2026, 1, 1), date(2020, 2, 29), date(2199, 12, 31)])
def test_what_is_packed_comes_back(given: dict[str, Given], on: date) -> None:
    said = answers(on, **given)

    assert sent(said) == said
    assert list(sent(said)) == list(said)


@pytest.mark.parametrize(
    "changed",
    [
        replace(AGE, ask=text("Your age?")),
        replace(AGE, unit="mo"),
        replace(AGE, ask_if=BooleanTest("smokes", True)),
        replace(AGE, id="years"),
        number("age", 0, 130, unit="a"),
        boolean("age"),
    ],
)
def test_the_answer_to_a_question_that_changed_is_dropped(changed: Question) -> None:
    said = answers(age=44, smokes=True)
    packed = Packing(BANK).pack(said)

    assert Packing(bank(SEX, ILL, changed, SMOKES)).unpack(packed) == answers(smokes=True)


def test_an_answer_to_a_question_that_left_the_bank_is_dropped() -> None:
    assert Packing(bank(AGE)).unpack(Packing(BANK).pack(answers(age=44, smokes=True))) == answers(age=44)
    assert (
        Packing(bank(AGE)).pack(answers(age=44, smokes=True)).keys() == Packing(bank(AGE)).pack(answers(age=4)).keys()
    )


def test_options_that_moved_do_not_turn_one_answer_into_another() -> None:
    packed = Packing(BANK).pack(answers(sex="male"))

    assert Packing(bank(choice("sex", "male", "female"))).unpack(packed) == Answers()


def test_the_order_of_questions_in_the_bank_does_not_matter() -> None:
    packed = Packing(BANK).pack(answers(age=44, smokes=True))

    assert Packing(bank(SMOKES, AGE, ILL, SEX)).unpack(packed) == answers(age=44, smokes=True)


def test_a_computed_question_is_neither_packed_nor_read() -> None:
    said = answers(height_cm=160, weight_kg=64)

    assert sent(said, body()) == said
    assert Packing(body()).unpack({key: [1, "25"] for key in Packing(body()).pack(answers(bmi=25))}) == Answers()


@pytest.mark.parametrize("packed", [None, [], "x", 5, {"x": 1}])
def test_what_is_no_packed_answer_is_refused_or_passed_over(packed: object) -> None:
    if isinstance(packed, dict):
        assert Packing(BANK).unpack(packed) == Answers()
    else:
        with pytest.raises(UnpackableError):
            Packing(BANK).unpack(packed)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        (AGE, None),
        (AGE, 5),
        (AGE, []),
        (AGE, [1]),
        (AGE, ["1", "44"]),
        (AGE, [1.5, "44"]),
        (AGE, [10**12, "44"]),
        (AGE, [-(10**6), "44"]),
        (AGE, [1, 44]),
        (AGE, [1, "abc"]),
        (AGE, [1, "1/0"]),
        (AGE, [1, "1e999999999"]),
        (AGE, [1, "9" * 5000]),
        (AGE, [1, "nan"]),
        (AGE, [1, None]),
        (AGE, [1, "121"]),
        (AGE, [1, "-1"]),
        (SMOKES, [1, 2]),
        (SMOKES, [1, "1"]),
        (SMOKES, [1, []]),
        (SEX, [1, 2]),
        (SEX, [1, -1]),
        (SEX, [1, "male"]),
        (ILL, [1, -1]),
        (ILL, [1, 9]),
        (ILL, [1, 16]),
        (ILL, [1, "a"]),
        (ILL, [1, ["a"]]),
    ],
)
def test_a_value_that_the_question_cannot_have_is_refused(question: Question, entry: object) -> None:
    [key] = Packing(BANK).pack(Answers({question.id: Answer(Declined.DO_NOT_KNOW, ON)}))

    with pytest.raises(UnpackableError):
        Packing(BANK).unpack({key: entry})


@pytest.mark.parametrize("content", [b"", b"x", compressed({"a": "b"})[:-8], b"\x78\x9c" + b"\xff" * 20])
def test_bytes_that_hold_no_answers_are_refused(content: bytes) -> None:
    with pytest.raises(UnpackableError):
        decompressed(content)


def test_bytes_that_unfold_without_end_are_refused() -> None:
    with pytest.raises(UnpackableError):
        decompressed(compressed("x" * 50_000_000))


def test_bytes_that_unfold_without_a_floor_are_refused() -> None:
    deep = "[" * 30_000 + "]" * 30_000

    with pytest.raises(UnpackableError):
        decompressed(zlib.compress(deep.encode()))


# The longest numbers that a visitor can type, as they are and converted from pounds.
LONGEST = Fraction("999999999.999999")


@pytest.mark.parametrize(
    ("unit", "value"), [(None, LONGEST), ("kg", LONGEST), ("kg", LONGEST * Fraction("0.45359237"))]
)
def test_the_fullest_answers_stay_within_their_bound(unit: str | None, value: Fraction) -> None:
    questions = bank(*(number(f"n{place}", unit=unit) for place in range(60)))
    said = answers(**{question.id: value for question in questions})

    packed = json.dumps(Packing(questions).pack(said), separators=(",", ":"))

    assert len(packed) * 4 / 3 <= most_cookie_bytes(questions)


@pytest.mark.parametrize("question", [SEX, ILL, SMOKES, choices("many", *(f"o{place}" for place in range(40)))])
def test_the_fullest_choice_stays_within_its_bound(question: Question) -> None:
    fullest = (
        frozenset(question.option_ids) - question.exclusive_ids if question.type == "choices" else Declined.DO_NOT_KNOW
    )

    packed = json.dumps(Packing(bank(question)).pack(Answers({question.id: Answer(fullest, date(2199, 1, 1))})))

    assert len(packed) <= most_cookie_bytes(bank(question))


def test_the_bound_grows_with_the_bank() -> None:
    small, large = bank(*(boolean(f"q{n}") for n in range(10))), bank(*(boolean(f"q{n}") for n in range(200)))

    assert most_cookie_bytes(small) < MOST_COOKIE_BYTES < most_cookie_bytes(large)


def test_no_two_questions_of_a_bank_share_a_key() -> None:
    many = bank(*(boolean(f"q{place}") for place in range(8000)))

    assert len(Packing(many).pack(answers(**{question.id: True for question in many}))) == 8000
