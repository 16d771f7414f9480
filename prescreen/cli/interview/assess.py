"""`prescreen assess`, `interview` and `ask`: what answers amount to, and which questions would be asked."""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.cli.base.command_options import DataError, catalog_to_judge, criteria_option, judging_options, on_option
from prescreen.cli.interview.answer_files import PersonError, Read, read_people, read_person
from prescreen.cli.interview.terminal_interview import hold
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.determination import assess as assess_trial
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.interview.stopping_reasons import endings
from prescreen.eligibility.matching.planner import Planner
from prescreen.export.assessment_json import person_data

Judge = Callable[[Planner, Facts], dict[str, Any]]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@judging_options
@click.option("--outlook", is_flag=True, help="Also say what would change a trial's no, and when.")
def assess(file: Path, criteria: Path | None, condition: str | None, on: date | None, outlook: bool) -> None:
    """Judge the answers in FILE against every trial and print the findings as JSON.

    FILE holds {"answers": {...}, "answered_on": "2026-11-01"}; if it is named .ndjson, one such object a line.
    An answer of null means "don't know".
    """
    _judge(file, criteria, condition, on, partial(_assessed, with_outlook=outlook))


@click.command()
@click.argument("file", type=_FILE)
@judging_options
@click.option("--why", is_flag=True, help="Say for each trial why no other question could change it.")
def interview(file: Path, criteria: Path | None, condition: str | None, on: date | None, *, why: bool) -> None:
    """Play a person with the answers in FILE through the interview; print what was asked and what it came to.

    A question that FILE does not answer is answered "don't know" when it is asked.
    """
    _judge(file, criteria, condition, on, partial(_played, with_endings=why))


@click.command()
@click.argument("condition")
@on_option
@criteria_option
def ask(condition: str, criteria: Path | None, on: date | None) -> None:
    """Hold the interview about CONDITION in this terminal. Nothing is kept."""
    catalog = catalog_to_judge(criteria, on or date.today(), condition)
    hold(catalog, condition, on or _today(catalog))


def _today(catalog: Catalog) -> date:
    return datetime.now(catalog.service.timezone).date()


def _judge(file: Path, criteria: Path | None, condition: str | None, on: date | None, judge: Judge) -> None:
    catalog = catalog_to_judge(criteria, on or date.today(), condition)
    day = on or _today(catalog)
    planner = catalog.planner(condition)
    try:
        if file.suffix == ".ndjson":
            _judge_people(file, planner, day, judge)
        else:
            person = read_person(file, catalog.bank, day)
            _tell(f"{file}", person)
            click.echo(json.dumps(judge(planner, person.facts), indent=2, ensure_ascii=False))
    except PersonError as error:
        raise DataError(f"{file}: {error}") from error


def _judge_people(file: Path, planner: Planner, on: date, judge: Judge) -> None:
    faulty = False
    for line in read_people(file, planner.interview.bank, on):
        if line.person is None:
            faulty = True
            click.echo(f"{file}:{line.number}: {line.error}", err=True)
            result: dict[str, Any] = {"line": line.number, "error": line.error}
        else:
            _tell(f"{file}:{line.number}", line.person)
            result = judge(planner, line.person.facts)
        click.echo(json.dumps(result, ensure_ascii=False))
    if faulty:
        raise SystemExit(1)


def _tell(place: str, person: Read) -> None:
    for sentence in person.left_out:
        click.echo(f"{place}: {sentence}", err=True)


def _assessed(planner: Planner, facts: Facts, *, with_outlook: bool) -> dict[str, Any]:
    assessments = [assess_trial(trial, facts) for trial in planner.interview.trials]
    return person_data(facts.on, assessments, facts, planner.next_question(facts), with_outlook=with_outlook)


def _played(planner: Planner, person: Facts, *, with_endings: bool) -> dict[str, Any]:
    plan, asked = planner.interview, list[str]()
    facts = Facts(plan.bank, Answers(), person.on)
    while question := planner.next_question(facts):
        asked.append(question)
        answer = person.answers.get(question) or Answer(Declined.DO_NOT_KNOW, person.on)
        facts = Facts(plan.bank, facts.answers.having(question, answer), person.on)
    determinations = {name: found.value for name, found in planner.at(facts).determinations.items()}
    played = {"asked": asked, "determinations": determinations}
    return {**played, "endings": _ended(plan, facts)} if with_endings else played


def _ended(plan: Interview, facts: Facts) -> dict[str, Any]:
    return {one.trial.id: {"because": one.because, "declined": one.declined} for one in endings(plan, facts)}
