"""Worlds in which time matters: numbers that grow and dates, answered some days ago."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.questions import Growth, Question
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.trials import Cohort, Criterion, Show, Trial
from tests.eligibility.samples import (
    DO_NOT_KNOW,
    ON,
    bank,
    body,
    boolean,
    choice,
    choices,
    dated,
    exclude,
    grouped,
    include,
    number,
    text,
    trial,
)
from tests.eligibility.worlds import asked_of, rules, values_of

STARTS = st.dates(date(2023, 1, 1), date(2026, 12, 31)) | st.sampled_from([date(2024, 2, 29), date(2025, 2, 28), ON])
PASSED = st.sampled_from([0, 0, 1, 28, 31, 400])
GROWING = [
    ("d", Growth.DAILY),
    ("mo", Growth.MONTHLY),
    ("a", Growth.YEARLY),
    ("a", Growth.DAILY),
    ("mo", Growth.YEARLY),
]
OTHERS = [boolean("?"), choice("?", "x", "y", "z"), choices("?", "x", "y", exclusive="none")]

Case = tuple[Trial, Facts]


@st.composite
def cases(
    draw: st.DrawFn, *, computed: bool = False, fresh: bool = False, dates: bool = False, withheld: bool = False
) -> Case:
    """Draw a trial and somebody who answered today, or some days ago so that numbers have grown.

    Perhaps they were also asked for dates, their birthday among them, and some criteria are not shown in full.
    """
    questions = _questions(draw, computed=computed)
    if dates:
        questions = [*questions, *_dates(draw)]
    said_on = draw(STARTS)
    given = {
        question.id: Answer(value, said_on)
        for question in asked_of(bank(*questions))
        if (value := draw(st.sampled_from([*values_of(question) * 3, DO_NOT_KNOW, None]))) is not None
    }
    criteria = [_criterion(draw, questions, str(place)) for place in range(draw(st.integers(1, 4)))]
    if withheld:
        criteria = [replace(one, show=draw(st.sampled_from([Show.FULL, Show.FULL, *Show]))) for one in criteria]
    on = said_on + timedelta(days=0 if fresh else draw(PASSED))
    return _perhaps_grouped(draw, criteria), Facts(bank(*questions), Answers(given), on)


def _perhaps_grouped(draw: st.DrawFn, criteria: list[Criterion]) -> Trial:
    """Return a trial of these criteria; of the last two, each is that of a cohort in one trial of three."""
    if len(criteria) < 3 or draw(st.integers(0, 2)):
        return trial(*criteria)
    *common, one, other = criteria
    return grouped(*common, cohorts=(Cohort("p", text("p"), (one,)), Cohort("q", text("q"), (other,))))


def _questions(draw: st.DrawFn, *, computed: bool) -> list[Question]:
    """Draw two numbers that grow, and others; or a body that may grow, and one number more."""
    questions = _body(draw) if computed and draw(st.booleans()) else [_growing(draw, "a")]
    questions.append(replace(_growing(draw, "b"), ask_if=_gate(draw, questions)))
    for name in "cd"[: draw(st.integers(0, 2))]:
        questions.append(replace(draw(st.sampled_from(OTHERS)), id=name, ask_if=_gate(draw, questions)))
    return draw(st.permutations(questions))


def _dates(draw: st.DrawFn) -> list[Question]:
    asked = [dated("day"), dated("month", months=True)]
    born = [dated("birthday", months=draw(st.booleans())), replace(number("age", unit="a"), computed="age")]
    return [
        *draw(st.lists(st.sampled_from(asked), unique_by=lambda one: one.id)),
        *(born if draw(st.booleans()) else []),
    ]


def _growing(draw: st.DrawFn, name: str) -> Question:
    unit, grows = draw(st.sampled_from(GROWING))
    return number(name, 0, 2, unit=unit, grows=grows)


def _body(draw: st.DrawFn) -> list[Question]:
    height, weight = (draw(st.sampled_from([None, Growth.YEARLY])) for _ in range(2))
    tall, heavy = number("height_cm", 100, 200, grows=height), number("weight_kg", 40, 64, grows=weight)
    return list(body(tall, heavy))


def _gate(draw: st.DrawFn, questions: list[Question]) -> Rule | None:
    return draw(rules(questions, depth=1)) if draw(st.integers(0, 2)) == 0 else None


def _criterion(draw: st.DrawFn, questions: list[Question], name: str) -> Criterion:
    return draw(st.sampled_from([include, exclude]))(name, draw(rules(questions, depth=2)))
