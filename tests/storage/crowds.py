"""Random trials and people, packed and in columns, and what the plain evaluator says of each person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.determination import Assessment, assess
from prescreen.eligibility.criteria.questions import Growth, Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage.cohort.answer_columns import Columns, Spread
from prescreen.storage.cohort.packed_answers import packed
from prescreen.storage.cohort.snapshots import framed
from tests.eligibility.samples import ON, bank, exclude, include, trial
from tests.eligibility.worlds import banks, people, rules

DAYS = [ON, ON - timedelta(1), date(2026, 10, 31), date(2026, 10, 23), date(2025, 11, 24), date(2024, 2, 29)]
GROWING = [
    (None, None),
    (None, None),
    ("d", Growth.DAILY),
    ("mo", Growth.MONTHLY),
    ("a", Growth.YEARLY),
    ("d", Growth.YEARLY),
]


@dataclass(frozen=True)
class Crowd:
    """A trial, its questions and some people."""

    bank: QuestionBank
    trial: Trial
    people: list[Answers]
    packed_by: QuestionBank | None = None

    def repeated(self, times: int) -> Crowd:
        return replace(self, people=self.people * times)

    def columns(self) -> Columns:
        packed_by = self.packed_by or self.bank
        return Spread(self.bank, ON).columns([packed(packed_by, answers) for answers in self.people])

    def frame(self) -> pl.DataFrame:
        columns = self.columns()
        return framed(columns, row=list(map(str, columns.rows)))

    def plainly(self) -> list[Assessment]:
        return [assess(self.trial, Facts(self.bank, answers, ON)) for answers in self.people]


@st.composite
def crowds(draw: st.DrawFn, *, most_people: int = 6, most_criteria: int = 4) -> Crowd:
    questions = bank(*(_perhaps_growing(draw, question) for question in draw(banks(computed=True))))
    kinds = [draw(st.sampled_from([include, exclude])) for _ in range(draw(st.integers(1, most_criteria)))]
    criteria = [kind(f"c{place}", draw(rules(list(questions), depth=3))) for place, kind in enumerate(kinds)]
    crowd = [_answered(draw, questions) for _ in range(draw(st.integers(1, most_people)))]
    return Crowd(questions, trial(*criteria), crowd)


def _perhaps_growing(draw: st.DrawFn, question: Question) -> Question:
    if question.type is not QuestionType.NUMBER or question.unit or question.computed:
        return question
    unit, grows = draw(st.sampled_from(GROWING))
    return replace(question, unit=unit, grows=grows)


def _answered(draw: st.DrawFn, questions: QuestionBank) -> Answers:
    given = draw(people(questions)).items()
    return Answers({name: Answer(value, draw(st.sampled_from(DAYS))) for name, value in given})


def truths(rows: pl.DataFrame, criteria: int) -> dict[str, list[bool | None]]:
    """Return the values in the columns of the criteria, by row."""
    names = [f"{place}!" for place in range(criteria)]
    return {row["row"]: [row[name] for name in names] for row in rows.select("row", *names).iter_rows(named=True)}
