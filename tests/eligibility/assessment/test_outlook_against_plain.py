"""The quick outlook against the plain one: the same days and the same changes, for anyone and any trial."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import Phase, find, given, settings

from prescreen.eligibility.assessment import counterfactuals
from prescreen.eligibility.assessment import outlook as quick
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import assess
from prescreen.eligibility.criteria import growth
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Criterion, Show
from tests.eligibility import plain_outlook
from tests.eligibility.growing_worlds import Case, cases


@given(cases(computed=True, dates=True, withheld=True))
def test_days_and_changes_are_those_of_the_plain_outlook(case: Case) -> None:
    assert quick.outlook(*case) == plain_outlook.outlook(*case)
    assert quick.fits_from(*case) == plain_outlook.fits_from(*case)


@given(cases(computed=True, dates=True))
def test_the_smallest_change_is_that_of_the_plain_search(case: Case) -> None:
    assert quick.smallest_change(*case) == plain_outlook.smallest_change(*case)


@given(cases(computed=True, dates=True, withheld=True))
def test_nothing_changes_where_the_caller_knows_what_forbids_today(case: Case) -> None:
    one, facts = case
    blockers = [found.criterion for found in assess(one, facts).blockers]

    assert quick.outlook(one, facts, blockers) == quick.outlook(one, facts)
    assert quick.fits_from(one, facts, blockers) == quick.fits_from(one, facts)


@given(cases(computed=True, dates=True))
def test_facts_with_another_answer_are_those_that_are_made_anew(case: Case) -> None:
    _, facts = case
    before = {question.id: facts.value(question.id) for question in facts.bank}
    for name, said in facts.answers.given.items():
        for other in facts.answers.given.values():
            if type(other.value) is type(said.value):
                changed = facts.replacing(name, other.value)
                anew = Facts(facts.bank, changed.answers, facts.on)
                assert [changed.value(one) for one in before] == [anew.value(one) for one in before]
    assert before == {question.id: facts.value(question.id) for question in facts.bank}


FIRST_WINDOW = quick._first_window


def agree(case: Case) -> bool:
    return quick.outlook(*case) == plain_outlook.outlook(*case)


def _telling_everything(course: Iterable[tuple[date, Sequence[Criterion]]]) -> object:
    return FIRST_WINDOW((day, [replace(one, show=Show.FULL) for one in forbidding]) for day, forbidding in course)


def _a_day_late(start: date, steps: int) -> int:
    return start.toordinal() + steps + 1


BROKEN: dict[str, tuple[object, str, object]] = {
    "everything is told": (quick, "_first_window", _telling_everything),
    "nothing moves": (quick, "_moves", lambda criterion, facts: False),
    "days come late": (
        growth,
        "_ADVANCES",
        {key: growth._Advance(one.unit, one.elapsed, _a_day_late) for key, one in growth._ADVANCES.items()},
    ),
    "values stay": (QuestionBank, "depending_on", lambda self, question_id: ()),
    "nothing is affected": (counterfactuals._Search, "affects", lambda self, question_id, criterion: False),
    "no case counts": (counterfactuals, "CASES", 0),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_an_outlook_that_is_broken_is_convicted(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, name, wrong = BROKEN[broken]
    many = settings(max_examples=1000, derandomize=True, phases=[Phase.generate], database=None)

    monkeypatch.setattr(owner, name, wrong)

    assert find(cases(computed=True, dates=True, withheld=True), lambda case: not agree(case), settings=many)
