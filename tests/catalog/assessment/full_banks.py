"""Large banks with questions of every kind, and people whose answers to them are as long as any."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from prescreen.eligibility.assessment.answer_encoding import AnswerCoding
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.criteria.dates import DayBound
from prescreen.eligibility.criteria.questions import Question, QuestionBank, ValueRefusedError
from tests.eligibility.samples import ON, bank, boolean, choice, choices, dated, number

TODAY = DayBound(days=0)
MIXED = (
    boolean("tried"),
    choice("often", "never", "once", "monthly", "weekly", "daily"),
    choices("ill", *"abcdefg", exclusive="none"),
    number("score", 0, 100),
    replace(number("weight", 20, 350, unit="kg"), units=("kg", "[lb_av]")),
    dated("since", DayBound(months=-1440), TODAY),
)
OTHERS = (
    choice("sex", "female", "male"),
    choices("many", *(f"o{place}" for place in range(60))),
    replace(number("time", 0, 32872, unit="d"), units=("wk", "mo", "a")),
    number("age", 0, 120, unit="a"),
    number("count"),
    dated("any"),
    dated("month", months=True),
    dated("month_past", DayBound(months=-24), TODAY, months=True),
    dated("fixed", DayBound(date(2020, 1, 1)), DayBound(date(2030, 1, 1))),
)


def large(kinds: Sequence[Question], many: int) -> QuestionBank:
    """Return a bank of so many questions, of these kinds in turns."""
    asked = (kinds[place % len(kinds)] for place in range(many))
    return bank(*(replace(one, id=f"{one.id}_{place}") for place, one in enumerate(asked)))


def fullest(questions: QuestionBank, on: date = ON) -> Answers:
    """Return an answer to every question whose code is the greatest that can be answered on this day or the next."""
    return Answers({one.id: _fullest(one, on + timedelta(days=place % 2)) for place, one in enumerate(questions)})


def _fullest(question: Question, on: date) -> Answer:
    coding = AnswerCoding.of(question)
    codes = (coding.greatest >> shift for shift in range(coding.greatest.bit_length()))
    return next(one for code in codes if (one := _answer(coding, code, on)))


def _answer(coding: AnswerCoding, code: int, on: date) -> Answer | None:
    try:
        return Answer(coding.decode(code, on), on)
    except ValueRefusedError:
        return None


@st.composite
def answered(draw: st.DrawFn, questions: QuestionBank) -> Answers:
    """Draw answers to some of the questions, in any order, given on two days."""
    names = draw(st.permutations([question.id for question in questions]))
    given = {}
    for name in names[: draw(st.integers(0, len(names)))]:
        coding, on = AnswerCoding.of(questions[name]), ON + timedelta(days=draw(st.integers(0, 1)))
        if one := _answer(coding, draw(st.integers(0, coding.greatest)), on):
            given[name] = one
    return Answers(given)
