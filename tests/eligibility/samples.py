"""Short constructors of questions, answers and trials for tests of the domain."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.criteria.cohort_criterion import cohort_criterion
from prescreen.eligibility.criteria.dates import DateRange, DayBound, PartialDate, Precision
from prescreen.eligibility.criteria.questions import Growth, Option, Question, QuestionBank, QuestionType, Range
from prescreen.eligibility.criteria.rules import Rule, Value
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Cohort, Criterion, Kind, Trial

ON = date(2026, 11, 23)
DO_NOT_KNOW = Declined.DO_NOT_KNOW
RATHER_NOT_SAY = Declined.RATHER_NOT_SAY

Given = Value | Declined | int | str | set[str]


def text(wording: str) -> Text:
    return Text({"en": wording})


def boolean(question_id: str, ask_if: Rule | None = None) -> Question:
    return Question(question_id, QuestionType.BOOLEAN, text(f"{question_id}?"), ask_if=ask_if)


def choice(question_id: str, *options: str, ask_if: Rule | None = None) -> Question:
    listed = tuple(Option(option, text(option)) for option in options)
    return Question(question_id, QuestionType.CHOICE, text(f"{question_id}?"), options=listed, ask_if=ask_if)


def choices(question_id: str, *options: str, exclusive: str | None = None, ask_if: Rule | None = None) -> Question:
    listed = [Option(option, text(option)) for option in options]
    listed += [Option(exclusive, text(exclusive), exclusive=True)] if exclusive else []
    return Question(question_id, QuestionType.CHOICES, text(f"{question_id}?"), options=tuple(listed), ask_if=ask_if)


def number(
    question_id: str,
    low: int | None = None,
    high: int | None = None,
    *,
    unit: str | None = None,
    grows: Growth | None = None,
    ask_if: Rule | None = None,
) -> Question:
    ends = Range(None if low is None else Fraction(low), None if high is None else Fraction(high))
    kind = QuestionType.NUMBER
    return Question(question_id, kind, text(f"{question_id}?"), range=ends, unit=unit, grows=grows, ask_if=ask_if)


def dated(
    question_id: str,
    low: DayBound | None = None,
    high: DayBound | None = None,
    *,
    months: bool = False,
    ask_if: Rule | None = None,
) -> Question:
    precision, kind = Precision.MONTH if months else None, QuestionType.DATE
    dates = DateRange(low, high)
    return Question(question_id, kind, text(f"{question_id}?"), precision=precision, dates=dates, ask_if=ask_if)


def on_day(written: str) -> PartialDate:
    return PartialDate.parse(written)


def bank(*questions: Question) -> QuestionBank:
    return QuestionBank({question.id: question for question in questions})


def body(height: Question | None = None, weight: Question | None = None, *others: Question) -> QuestionBank:
    """Return a bank with the body mass index and its two inputs."""
    bmi = replace(number("bmi"), computed="bmi")
    return bank(height or number("height_cm", unit="cm"), weight or number("weight_kg", unit="kg"), bmi, *others)


def answers(on: date = ON, **given: Given) -> Answers:
    return Answers({name: Answer(_value(value), on) for name, value in given.items()})


def facts(bank: QuestionBank, on: date = ON, **given: Given) -> Facts:
    return Facts(bank, answers(on, **given), on)


def _value(given: Given) -> Value | Declined:
    if isinstance(given, int) and not isinstance(given, bool):
        return Fraction(given)
    return frozenset(given) if isinstance(given, set) else given


def include(criterion_id: str, rule: Rule | None) -> Criterion:
    return Criterion(criterion_id, Kind.INCLUSION, text(criterion_id), rule)


def exclude(criterion_id: str, rule: Rule | None) -> Criterion:
    return Criterion(criterion_id, Kind.EXCLUSION, text(criterion_id), rule)


def trial(*criteria: Criterion, trial_id: str = "T1") -> Trial:
    return Trial(trial_id, text(trial_id), None, ("back-pain",), "RECRUITING", criteria)


def grouped(*common: Criterion, cohorts: tuple[Cohort, ...], trial_id: str = "T1") -> Trial:
    """Return a trial with cohorts, as the reader makes it."""
    standing = cohort_criterion(cohorts)
    return replace(trial(*common, *([standing] if standing else []), trial_id=trial_id), cohorts=cohorts)


def requiring(*rules: Rule, trial_id: str = "T1") -> Trial:
    """Return a trial with one inclusion criterion per rule."""
    return trial(*_numbered(rules), trial_id=trial_id)


def _numbered(rules: Iterable[Rule]) -> Iterable[Criterion]:
    return [include(f"c{place}", rule) for place, rule in enumerate(rules)]
