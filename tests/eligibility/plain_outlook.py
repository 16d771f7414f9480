"""The plain outlook: every criterion judged anew in every case by the plain evaluator. The oracle of the quick one.

It tries the same cases in the same order, so that the two agree on everything, also where there are too many cases.
"""

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from fractions import Fraction
from itertools import islice
from typing import cast

from prescreen.eligibility.assessment.alternative_values import alternatives
from prescreen.eligibility.assessment.answers import Answer, Declined, Facts
from prescreen.eligibility.assessment.counterfactuals import CASES, MOST_CHANGES, Change
from prescreen.eligibility.assessment.determination import find
from prescreen.eligibility.assessment.outlook import HORIZON_YEARS, Outlook
from prescreen.eligibility.criteria.dates import PartialDate, Precision, whole_days, whole_months
from prescreen.eligibility.criteria.growth import grown
from prescreen.eligibility.criteria.kinds.registry import accept, kind_of
from prescreen.eligibility.criteria.questions import QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.rules import DateTest, NumberTest, Rule, Test, Value, questions_in, tests_in
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth


def outlook(trial: Trial, facts: Facts) -> Outlook:
    """Return when a trial fits, or else the smallest change of answers with which it would fit today.

    A trial that is not ineligible, even an undetermined one, fits from today on: the outlook tells when its window
    closes. Where time alone will open a window, no change is named. A day would reveal the limits of a criterion that
    visitors are not shown in full, so no day is named where such a criterion forbids today or until the window opens,
    or closes it.
    """
    window = _first_window(_course(trial, facts))
    return Outlook(*window) if window else Outlook(None, None, smallest_change(trial, facts))


def fits_from(trial: Trial, facts: Facts) -> date | None:
    """Return `fits_from` of a trial's outlook, without the search for a change of answers."""
    window = _first_window(_course(trial, facts))
    return window[0] if window else None


def _first_window(course: Iterable[tuple[date, tuple[Criterion, ...]]]) -> tuple[date, date | None] | None:
    opened = None
    for day, blockers in course:
        if not all(criterion.is_told for criterion in blockers):
            return None
        if blockers and opened:
            return opened, day - timedelta(days=1)
        opened = opened or (None if blockers else day)
    return (opened, None) if opened else None


def _course(trial: Trial, facts: Facts) -> Iterator[tuple[date, tuple[Criterion, ...]]]:
    """Yield today and the days ahead that can differ from the day before, with the criteria that then forbid.

    Where a criterion forbids that time does not affect, the course ends today.
    """
    moving = [criterion for criterion in trial.ruled if _moves(criterion, facts)]
    now = forbidding(trial.ruled, facts)
    yield facts.on, now
    if all(criterion in moving for criterion in now):
        for day in _turning_days(moving, facts):
            yield day, forbidding(moving, Facts(facts.bank, facts.answers, day))


def _moves(criterion: Criterion, facts: Facts) -> bool:
    reached = facts.bank.reached_from(questions_in(criterion.rule)) if criterion.rule else ()
    return any(_moving(name, facts) for name in reached)


def _moving(question_id: str, facts: Facts) -> Answer | None:
    """Return the answer to a question whose value is known and changes with the calendar; None for any other."""
    answer, question = facts.answers.get(question_id), facts.bank[question_id]
    known = answer is not None and not isinstance(answer.value, Declined)
    return answer if known and kind_of(question).is_moving(question) else None


def _turning_days(criteria: list[Criterion], facts: Facts) -> list[date]:
    ahead = range(facts.on.toordinal() + 1, _horizon(facts.on).toordinal() + 1)
    turning = {day for test in tests_met(criteria, facts.bank) for day in _crossings(test, facts, ahead)}
    return [date.fromordinal(day) for day in sorted(turning)]


def _horizon(on: date) -> date:
    """Return the day five years later; for 29 February it is 1 March, when a year is whole."""
    year = min(on.year + HORIZON_YEARS, MAXYEAR)
    return date(year, 3, 1) if (on.month, on.day) == (2, 29) and not isleap(year) else on.replace(year=year)


def _crossings(test: Test, facts: Facts, ahead: range) -> Iterator[int]:
    """Yield the days on which the value reaches or passes a limit of the test."""
    if any(_moving(name, facts) for name in facts.bank.sources_of(test.question)):
        yield from ahead
    answer = _moving(test.question, facts)
    if answer and isinstance(answer.value, PartialDate) and answer.value.precision is Precision.MONTH:
        yield from ahead
    elif answer:
        yield from (day for limit, on_day in _rising(test, answer, facts) for day in _passing(ahead, limit, on_day))


def _rising(test: Test, said: Answer, facts: Facts) -> Iterator[tuple[Fraction | int, Callable[[int], Fraction | int]]]:
    """Yield each limit of a test with what is compared with it on a day, which never falls."""
    question = facts.bank[test.question]
    if isinstance(test, NumberTest):
        number = cast(Fraction, said.value)
        for limit in test.limits:
            yield limit, lambda day: grown(question, number, said.on, date.fromordinal(day))
    if isinstance(test, DateTest):
        dates = cast(PartialDate, said.value)
        for end in (dates.first, dates.last):
            for limit in (test.min_days, test.max_days):
                yield limit or 0, lambda day, end=end: whole_days(end, date.fromordinal(day))
            for limit in (test.min_months, test.max_months):
                yield limit or 0, lambda day, end=end: whole_months(end, date.fromordinal(day))


def _passing(ahead: range, limit: Fraction | int, on_day: Callable[[int], Fraction | int]) -> Iterator[int]:
    """Yield the first day on which a rising value is at or above a limit, and the first day on which it is above."""
    places = bisect_left(ahead, limit, key=on_day), bisect_right(ahead, limit, key=on_day)
    return (ahead[place] for place in places if place < len(ahead))


@dataclass(frozen=True, slots=True)
class _Search:
    """What all cases share: the alternatives to each answer, in the order of the bank, and what affects each criterion.

    `direct` are the questions that the criteria which forbid today ask about directly.
    """

    trial: Trial
    facts: Facts
    values: Mapping[str, Sequence[Value]]
    bearing: Mapping[str, frozenset[str]]
    direct: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Case:
    """The answers with some of them changed, and the criteria that forbid in that case."""

    facts: Facts
    changed: tuple[str, ...]
    forbidding: tuple[Criterion, ...]

    def value(self, question_id: str) -> Value:
        """Return the value of a question that is known to be answered."""
        return cast(Answer, self.facts.answers.get(question_id)).value  # type: ignore[return-value]  # answered with a value


def smallest_change(trial: Trial, facts: Facts) -> tuple[Change, ...]:
    """Return the fewest changed answers with which the trial is not ineligible today, in the order of the bank.

    Among equally small changes, those that the forbidding criteria ask about directly are preferred (a pregnant woman
    is not told "be a man", to whom the question does not apply), then the least burden, then the bank's order, then
    nearness to what was said. Empty where the trial is not ineligible, or where `MOST_CHANGES` answers or `CASES` cases
    are not enough. Questions that affect a criterion which visitors are not shown in full are not changed, since a
    value would reveal its limits.
    """
    now = _Case(facts, (), forbidding(trial.ruled, facts))
    search = _search(trial, now)
    for count in range(1, MOST_CHANGES + 1):
        tried = islice(_cases(search, now, count), CASES)
        found = [case for case in tried if not case.forbidding]
        if found:
            return _told(search, min(found, key=lambda case: _cost(search, case)))
    return ()


def forbidding(criteria: Iterable[Criterion], facts: Facts) -> tuple[Criterion, ...]:
    """Return those of these criteria, all with a rule, that forbid taking part."""
    return tuple(criterion for criterion in criteria if find(criterion, facts).permits is Truth.FALSE)


def tests_met(criteria: Iterable[Criterion], bank: QuestionBank) -> list[Test]:
    """Return every test in the criteria, and in the conditions under which their questions apply."""
    rules = [criterion.rule for criterion in criteria if criterion.rule]
    reached = bank.reached_from(tuple(name for rule in rules for name in questions_in(rule)))
    gates = [gate for name in reached if (gate := bank[name].ask_if)]
    return [test for rule in (*rules, *gates) for test in tests_in(rule)]


# The search relies on this: a change that makes all criteria permit affects each one that forbids.


def _search(trial: Trial, now: _Case) -> _Search:
    facts = now.facts
    reached = {one.id: _reached(one.rule, facts.bank) for one in trial.ruled if one.rule}
    withheld = frozenset().union(*(reached[one.id] for one in trial.ruled if not one.is_told))
    free = frozenset().union(*reached.values()) - withheld
    tests = tests_met(trial.ruled, facts.bank)
    values = {question.id: alternatives(question, tests, facts) for question in facts.bank if question.id in free}
    changeable = {name: others for name, others in values.items() if others}
    bearing = {key: names & changeable.keys() for key, names in reached.items()}
    return _Search(trial, facts, changeable, bearing, _asked_about(now.forbidding, facts.bank))


def _reached(rule: Rule, bank: QuestionBank) -> frozenset[str]:
    return frozenset(bank.reached_from(questions_in(rule)))


def _asked_about(criteria: Iterable[Criterion], bank: QuestionBank) -> frozenset[str]:
    """Return the questions that the criteria test; for a body mass index the weight, as height does not change."""
    tested = [name for one in criteria if one.rule for name in questions_in(one.rule)]
    return frozenset(asked for name in tested for asked in bank.sources_of(name)[1:] or (name,))


def _cases(search: _Search, case: _Case, left: int) -> Iterator[_Case]:
    """Yield each case of at most `left` more changes after which the trial might not be ruled out."""
    bearing = sorted((search.bearing[one.id] for one in case.forbidding), key=len)
    if not bearing or left < _needed(bearing):
        return
    for name in (name for name in search.values if name in bearing[0] and name not in case.changed):
        for value in search.values[name]:
            further = _with(search, case, name, value)
            yield further
            yield from _cases(search, further, left - 1)


def _needed(bearing: list[frozenset[str]]) -> int:
    """Return a lower bound for the number of changes needed: one for each of these sets that share no question."""
    apart: list[frozenset[str]] = []
    for names in bearing:
        if all(names.isdisjoint(others) for others in apart):
            apart.append(names)
    return len(apart)


def _with(search: _Search, case: _Case, name: str, value: Value) -> _Case:
    said = cast(Answer, search.facts.answers.get(name))
    facts = Facts(case.facts.bank, case.facts.answers.having(name, Answer(value, said.on)), case.facts.on)
    touched = [one for one in search.trial.ruled if name in search.bearing[one.id]]
    untouched = [one for one in case.forbidding if name not in search.bearing[one.id]]
    changed = case.changed if name in case.changed else (*case.changed, name)
    return _Case(facts, changed, (*untouched, *forbidding(touched, facts)))


def _cost(search: _Search, case: _Case) -> tuple[int, Fraction, list[int], list[int]]:
    names = [name for name in search.values if name in case.changed]
    roundabout = sum(name not in search.direct for name in names)
    burden = sum((search.facts.bank[name].burden for name in names), Fraction())
    order = list(search.values)
    nearness = [search.values[name].index(case.value(name)) for name in names]
    return roundabout, burden, [order.index(name) for name in names], nearness


def _told(search: _Search, case: _Case) -> tuple[Change, ...]:
    for name in case.changed:
        case = _with_fewer_ticks(search, case, name)
    return tuple(Change(name, case.value(name)) for name in search.values if name in case.changed)


def _with_fewer_ticks(search: _Search, case: _Case, name: str) -> _Case:
    """Undo changed ticks that are not needed, one by one; where no tick is left, tick "none of these" if it exists."""
    before, question = search.facts.answers.get(name), search.facts.bank[name]
    if before is None or not isinstance(before.value, frozenset):
        return case
    for option in question.option_ids:
        ticks = cast(frozenset[str], case.value(name))
        if option in ticks ^ before.value:
            case = _if_permitted(search, case, name, ticks ^ {option})
    for alone in () if case.value(name) else sorted(question.exclusive_ids):
        case = _if_permitted(search, case, name, frozenset({alone}))
    return case


def _if_permitted(search: _Search, case: _Case, name: str, value: Value) -> _Case:
    said = cast(Answer, search.facts.answers.get(name))
    try:
        other = _with(search, case, name, accept(search.facts.bank[name], value, said.on))
    except ValueRefusedError:
        return case
    return case if other.forbidding else other
