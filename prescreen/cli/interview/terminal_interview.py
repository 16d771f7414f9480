"""The interview in a terminal: one question at a time, in plain text."""

from collections.abc import Iterator
from datetime import date

import click

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.cohort_assessment import assess_cohorts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.assessment.number_limits import limits_in
from prescreen.eligibility.assessment.reply_parsing import AmbiguousNumberError, InchesError, typed_quantity
from prescreen.eligibility.criteria.kinds.date import is_month, typed_date
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import Question, QuestionType, ValueRefusedError, plain
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.typed_text import tidy_line
from prescreen.eligibility.interview.question_selection import Interview, RedFlag, raised
from prescreen.eligibility.matching.planner import Planner, Standing

_DECLINED = {"?": Declined.DO_NOT_KNOW, "-": Declined.RATHER_NOT_SAY}
_YES_NO = {"yes": True, "y": True, "no": False, "n": False}
_HEADINGS = {
    Determination.POTENTIALLY_ELIGIBLE: "May fit",
    Determination.UNDETERMINED: "Can't tell yet",
    Determination.INELIGIBLE: "Doesn't fit now",
}


def hold(catalog: Catalog, condition: str, on: date) -> None:
    """Ask until no answer can change a result, then print the results. Stop at an emergency."""
    planner = catalog.planner(condition)
    plan = planner.interview
    click.echo("Answer ? if you don't know, - if you'd rather not say. Nothing is kept.\n")
    facts = Facts(plan.bank, Answers(), on)
    told: list[RedFlag] = []
    while (question_id := _next(planner, facts)) is not None:
        answer = _ask(plan.bank[question_id], on)
        facts = Facts(plan.bank, facts.answers.having(question_id, Answer(answer, on)), on)
        found = raised(plan, facts)
        urgent = [flag for flag in found if flag.is_emergency]
        _print_advice([flag for flag in urgent or found if flag not in told])
        if urgent:
            return
        told += found
    _print_results(planner.at(facts), plan, facts)


def _print_advice(flags: list[RedFlag]) -> None:
    for flag in flags:
        click.secho(f"\n{flag.advice}\n", bold=True)


def _next(planner: Planner, facts: Facts) -> str | None:
    waiting = [question for question in planner.interview.opening_questions if question not in facts.answers]
    return waiting[0] if waiting else planner.next_question(facts)


def _ask(question: Question, on: date) -> Value | Declined:
    click.echo(str(question.ask))
    for place, option in enumerate(question.options, 1):
        click.echo(f"  {place}. {option.label}")
    while True:
        reply = tidy_line(click.prompt(_hint(question), prompt_suffix="> "))
        if reply in _DECLINED:
            return _DECLINED[reply]
        try:
            return _read(question, reply, on)
        except ValueRefusedError as error:
            click.echo(f"That could not be read: {_advice(question, error)}.")


def _advice(question: Question, error: ValueRefusedError) -> str:
    if question.type is not QuestionType.NUMBER or isinstance(error, AmbiguousNumberError | InchesError):
        return f"it {error.problem}"
    unit = (question.units or (question.unit,))[0]
    limits = limits_in(question, unit)
    ends = (("at least", limits.low), ("at most", limits.high))
    wanted = " and ".join(f"{words} {plain(end)}" for words, end in ends if end is not None) or "in digits"
    return f"type a number {wanted}{f' ({unit})' if unit else ''}, such as {plain(limits.example)}"


def _hint(question: Question) -> str:
    match question.type:
        case QuestionType.BOOLEAN:
            return "yes or no"
        case QuestionType.CHOICE:
            return "one number"
        case QuestionType.CHOICES:
            return "one number, or several with commas"
        case QuestionType.NUMBER:
            units = ", ".join(question.units) or question.unit
            return f"a number ({units})" if units else "a number"
        case QuestionType.DATE:
            return (
                "a month and a year, such as 3 2026"
                if is_month(question)
                else "a day, a month and a year, such as 27 3 2026"
            )


def _read(question: Question, reply: str, on: date) -> Value:
    match question.type:
        case QuestionType.BOOLEAN:
            if reply.lower() not in _YES_NO:
                raise ValueRefusedError(question.id, "expects yes or no")
            return _YES_NO[reply.lower()]
        case QuestionType.CHOICE:
            return accept(question, _option(question, reply), on)
        case QuestionType.CHOICES:
            return accept(question, frozenset(_option(question, part) for part in reply.split(",")), on)
        case QuestionType.NUMBER:
            return typed_quantity(question, reply, on)
        case QuestionType.DATE:
            return typed_date(question, reply.split(), on)


def _option(question: Question, text: str) -> str:
    place = text.strip()
    places = {str(number): option for number, option in enumerate(question.option_ids, 1)}
    if place not in places:
        raise ValueRefusedError(question.id, f"expects a number from 1 to {len(question.options)}")
    return places[place]


def _print_results(standing: Standing, plan: Interview, facts: Facts) -> None:
    for determination, heading in _HEADINGS.items():
        click.secho(f"\n{heading}", bold=True)
        for trial in plan.trials:
            if standing.determinations[trial.id] is determination:
                told = "; ".join(_reasons(trial, facts))
                click.echo(f"  {trial.id}  {trial.title}{f' ({told})' if told else ''}")
    click.echo("\nOnly a trial's own team decides who can take part.")


def _reasons(trial: Trial, facts: Facts) -> Iterator[str]:
    """Yield what stands in the way, in each group where no group fits; else which groups may."""
    judged = assess(trial, facts)
    cohorts = assess_cohorts(judged, facts)
    for one in judged.blockers:
        inside = ((cohort, own) for cohort in cohorts for own in cohort.blockers)
        grouped = trial.stands_for_cohorts(one.criterion)
        named = (f"{cohort.cohort.name}: {own.criterion.shown_text}" for cohort, own in inside)
        yield from named if grouped else (str(one.criterion.shown_text),)
    left = [str(one.cohort.name) for one in cohorts if one.may_fit]
    yield from [f"may fit: {', '.join(left)}"] if left else []
