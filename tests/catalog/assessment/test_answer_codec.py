"""Packed answers: a round trip loses nothing, changed questions are dropped, and all of it fits a cookie."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.assessment.answer_codec import MOST_COOKIE_BYTES, Packing, UnpackableError, most_cookie_bytes
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.eligibility.criteria.rules import BooleanTest
from tests.catalog.assessment.full_banks import MIXED, OTHERS, answered, fullest, large
from tests.eligibility.samples import ON, Given, answers, bank, body, boolean, choice, choices, number, on_day, text
from tests.eligibility.worlds import banks, people

SEX = choice("sex", "female", "male")
ILL = choices("ill", "a", "b", "c", exclusive="none")
AGE = number("age", 0, 120, unit="a")
SMOKES = boolean("smokes")
BANK = bank(SEX, ILL, AGE, SMOKES)
LARGE = large((*MIXED, *OTHERS), 60)
PACKING, LARGE_PACKING = Packing(BANK), Packing(LARGE)


def sent(said: Answers, questions: QuestionBank = BANK) -> Answers:
    """Pack and unpack."""
    packing = Packing(questions)
    return packing.unpack(packing.pack(said))


def same(one: Answers, other: Answers) -> bool:
    """Whether two people gave the same answers in the same order."""
    return list(one.given.items()) == list(other.given.items())


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"sex": "male", "ill": {"a", "c"}, "age": 44, "smokes": False},
        {"ill": set(), "smokes": True},
        {"ill": {"none"}},
        {"age": Fraction(0)},
        dict.fromkeys(("sex", "ill", "age", "smokes"), Declined.DO_NOT_KNOW),
        dict.fromkeys(("smokes", "age", "ill", "sex"), Declined.RATHER_NOT_SAY),
    ],
)
@pytest.mark.parametrize("on", [ON, date(2026, 1, 1), date(2020, 2, 29), date(2199, 12, 31)])
def test_what_is_packed_comes_back(given: dict[str, Given], on: date) -> None:
    said = answers(on, **given)

    assert same(sent(said), said)


@given(st.data())
def test_what_anyone_says_in_any_bank_comes_back(data: st.DataObject) -> None:
    questions = data.draw(banks(computed=True))
    person = data.draw(people(questions))
    days = [ON - timedelta(days=data.draw(st.integers(0, 3))) for _ in person]
    said = {name: Answer(value, on) for (name, value), on in zip(person.items(), days, strict=True)}
    order = data.draw(st.permutations(list(said)))
    # A date that lies after the day of its answer is not accepted.
    kept = Answers({name: said[name] for name in order if not questions[name].dates})

    assert same(sent(kept, questions), kept)


@given(said=answered(LARGE))
def test_answers_of_every_kind_come_back_in_their_order_and_within_the_bound(said: Answers) -> None:
    packed = LARGE_PACKING.pack(said)

    assert same(LARGE_PACKING.unpack(packed), said)
    assert len(packed) <= LARGE_PACKING.most_bytes()


@pytest.mark.parametrize("value", [Fraction(1, 3), Fraction(-1, 8), Fraction(10**40, 7), Fraction("0.0000001")])
def test_a_number_that_no_one_types_comes_back_too(value: Fraction) -> None:
    said = answers(first=True, odd=value, last=False)

    assert same(sent(said, bank(boolean("first"), number("odd"), boolean("last"))), said)


def test_answers_of_many_days_come_back() -> None:
    said = Answers({one.id: Answer(Declined.DO_NOT_KNOW, ON + timedelta(days=n)) for n, one in enumerate(LARGE)})

    assert same(LARGE_PACKING.unpack(LARGE_PACKING.pack(said)), said)


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
    packed = PACKING.pack(answers(sex="male", age=44, smokes=True))

    assert Packing(bank(SEX, ILL, changed, SMOKES)).unpack(packed) == answers(sex="male", smokes=True)


def test_an_answer_to_a_question_that_left_the_bank_is_dropped() -> None:
    both, alone = answers(age=44, smokes=True), answers(age=44)

    assert Packing(bank(AGE)).unpack(PACKING.pack(both)) == alone
    assert Packing(bank(AGE)).pack(both) == Packing(bank(AGE)).pack(alone)


def test_whichever_question_changes_all_other_answers_stay() -> None:
    said = fullest(LARGE)
    packed = LARGE_PACKING.pack(said)

    for question in LARGE:
        edited = QuestionBank({**LARGE.questions, question.id: replace(question, ask=text("In other words?"))})
        assert same(Packing(edited).unpack(packed), said.without(question.id))


def test_options_that_moved_do_not_turn_one_answer_into_another() -> None:
    packed = PACKING.pack(answers(sex="male"))

    assert Packing(bank(choice("sex", "male", "female"))).unpack(packed) == Answers()


def test_the_order_of_questions_in_the_bank_does_not_matter() -> None:
    packed = PACKING.pack(answers(age=44, smokes=True))

    assert Packing(bank(SMOKES, AGE, ILL, SEX)).unpack(packed) == answers(age=44, smokes=True)


def test_a_computed_question_is_neither_packed_nor_read() -> None:
    said = answers(height_cm=160, weight_kg=64)
    asked = bank(replace(body()["bmi"], computed=None))

    assert sent(said, body()) == said
    assert Packing(body()).pack(answers(bmi=25)) == b""
    assert Packing(body()).unpack(Packing(asked).pack(answers(bmi=25))) == Answers()


def test_keys_are_longer_where_two_questions_would_share_one() -> None:
    many = bank(*(boolean(f"q{place}") for place in range(8000)))
    said = answers(**{question.id: True for question in list(many)[7900:]})

    assert same(sent(said, many), said)


def test_an_answer_under_a_key_that_two_questions_share_by_now_is_dropped() -> None:
    many = {f"q{place}": boolean(f"q{place}") for place in range(8000)}
    whole = Packing(bank(*many.values()))
    shared = sorted(many.keys() - {one.question.id for one in whole.by_key(21).values()})

    assert shared
    for name in shared[:9]:
        assert whole.unpack(Packing(bank(many[name])).pack(answers(**{name: True}))) == Answers()


@given(content=st.binary(max_size=200))
def test_bytes_of_someone_else_are_refused_or_hold_answers_that_can_be_given(content: bytes) -> None:
    refused_or_acceptable(content)


@given(said=answered(LARGE), data=st.data())
def test_torn_or_altered_bytes_are_refused_or_hold_answers_that_can_be_given(
    said: Answers, data: st.DataObject
) -> None:
    packed = bytearray(LARGE_PACKING.pack(said) or b"\0")
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(0, 255))

    refused_or_acceptable(bytes(packed[: data.draw(st.integers(0, len(packed)))]))


def refused_or_acceptable(content: bytes) -> None:
    try:
        found = LARGE_PACKING.unpack(content)
    except UnpackableError:
        return
    for name, answer in found.given.items():
        if not isinstance(answer.value, Declined):
            assert accept(LARGE[name], answer.value, answer.on) == answer.value


@pytest.mark.parametrize(
    "content", [b"\0", b"\x15", b"\x15\1\0\1\0\0", b"\x14\0\0\1", b"\x41\0\0\1", b"\x15\1\0\0\0\0\1"]
)
def test_bytes_without_an_end_keys_or_days_are_refused(content: bytes) -> None:
    with pytest.raises(UnpackableError):
        PACKING.unpack(content)


@pytest.mark.parametrize("byte", [0, 1, 21, 255])
def test_bytes_without_end_are_refused_at_once(byte: int) -> None:
    started = process_time()

    with pytest.raises(UnpackableError):
        LARGE_PACKING.unpack(bytes([21, 1, 0, 1, 0, 0]) + bytes([byte]) * 50_000_000)

    assert process_time() - started < 2


def test_the_longest_bytes_of_one_sort_are_read_quickly() -> None:
    started = process_time()

    for byte in range(256):
        refused_or_acceptable(bytes([21, 1, 0, 1, 0, 0]) + bytes([byte]) * (MOST_COOKIE_BYTES - 6))

    assert process_time() - started < 20


@pytest.mark.parametrize("questions", [large(MIXED, 400), LARGE, large((*MIXED, *OTHERS), 150), BANK, body()])
def test_the_fullest_answers_stay_within_their_bound(questions: QuestionBank) -> None:
    asked = bank(*(question for question in questions if not question.computed))
    packing, said = Packing(questions), fullest(asked)
    packed = packing.pack(said)

    assert same(packing.unpack(packed), said)
    assert packing.most_bytes() * 0.9 < len(packed) <= packing.most_bytes()
    assert len(packed) * 4 / 3 < most_cookie_bytes(questions)


def test_the_fullest_answers_to_four_hundred_questions_leave_room_in_the_cookie() -> None:
    assert most_cookie_bytes(large(MIXED, 400)) <= 3200


def test_the_bound_grows_with_the_bank() -> None:
    small, large = bank(*(boolean(f"q{n}") for n in range(10))), bank(*(boolean(f"q{n}") for n in range(1000)))

    assert most_cookie_bytes(small) < MOST_COOKIE_BYTES < most_cookie_bytes(large)


def test_a_question_with_options_without_number_has_a_bound_too() -> None:
    assert most_cookie_bytes(bank(choices("q", *(f"o{n}" for n in range(20_000))))) > 20_000 / 8


def test_an_answer_that_is_longer_than_any_cookie_is_not_packed() -> None:
    with pytest.raises(ValueError, match="longer than any cookie"):
        Packing(bank(number("n"))).pack(answers(n=Fraction(10**3000)))


@pytest.mark.parametrize("beyond", ["2026-11-24", "1906-11-22", "0001-01-01", "9999-12-31"])
def test_a_date_that_could_not_be_answered_on_its_day_is_refused(beyond: str) -> None:
    [since] = [one for one in MIXED if one.id == "since"]
    packing = Packing(bank(since))

    with pytest.raises(UnpackableError):
        packing.unpack(packing.pack(Answers({"since": Answer(on_day(beyond), ON)})))


def test_a_date_before_and_after_the_usual_years_comes_back() -> None:
    [since] = [one for one in MIXED if one.id == "since"]
    for on, born in ((date(1999, 1, 1), "1879-03-14"), (date(2150, 1, 1), "2149-12-31")):
        said = Answers({"since": Answer(on_day(born), on)})
        assert same(sent(said, bank(since)), said)
