"""Answers in the form of earlier cookies are still read, as strictly as ever."""

from datetime import date

import pytest

from prescreen.catalog.assessment.answer_codec import Packing, UnpackableError
from prescreen.catalog.assessment.fingerprints import fingerprint
from prescreen.catalog.assessment.json_answers import unpack_json
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.questions import Question
from tests.eligibility.samples import answers, bank, body, boolean, choice, choices, number

SEX = choice("sex", "female", "male")
ILL = choices("ill", "a", "b", "c", exclusive="none")
AGE = number("age", 0, 120, unit="a")
SMOKES = boolean("smokes")
PACKING = Packing(bank(SEX, ILL, AGE, SMOKES))


def key(question: Question, digits: int = 6) -> str:
    return fingerprint(question)[:digits]


@pytest.mark.parametrize("digits", [6, 7, 9])
def test_answers_are_read_in_their_order_under_keys_of_any_length(digits: int) -> None:
    on = date(2026, 11, 23)
    entries = [(AGE, "44"), (SEX, 1), (ILL, 5), (SMOKES, "?")]
    said = {
        "age": answers(age=44).given["age"],
        "sex": Answer("male", on),
        "ill": Answer(frozenset("ac"), on),
        "smokes": Answer(Declined.DO_NOT_KNOW, on),
    }

    found = unpack_json(PACKING, {key(question, digits): [326, code] for question, code in entries})

    assert list(found.given.items()) == list(said.items())


@pytest.mark.parametrize("packed", [None, [], "x", 5, {"x": 1}, {"": [1, 1]}, {"f" * 70: [1, 1]}])
def test_what_is_no_packed_answer_is_refused(packed: object) -> None:
    with pytest.raises(UnpackableError):
        unpack_json(PACKING, packed)


def test_an_answer_to_no_question_of_the_bank_is_passed_over() -> None:
    [bmi] = [one for one in body() if one.computed]

    assert unpack_json(PACKING, {"000000": 1}) == Answers()
    assert unpack_json(Packing(body()), {key(bmi): [1, "25"]}) == Answers()


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
    with pytest.raises(UnpackableError):
        unpack_json(PACKING, {key(question): entry})
