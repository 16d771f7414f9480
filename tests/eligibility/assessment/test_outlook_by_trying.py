"""Outlooks, against a search over every day of five years and every way to answer."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import product

from hypothesis import given, settings

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.counterfactuals import MOST_CHANGES, Change, smallest_change
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.assessment.outlook import fits_from, outlook
from prescreen.eligibility.criteria.dates import whole_years
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.trials import Trial
from tests.eligibility.growing_worlds import Case, cases
from tests.eligibility.worlds import asked_of, values_of

Way = Sequence[Answer | None]


def fits(one: Trial, facts: Facts) -> bool:
    return assess(one, facts).determination is not Determination.INELIGIBLE


def fits_on(case: Case, day: date) -> bool:
    one, facts = case
    return fits(one, Facts(facts.bank, facts.answers, day))


def days_ahead(on: date) -> Iterator[date]:
    """Yield today and every day of the five years that follow."""
    yield on
    day = on
    while whole_years(on, day) < 5:
        day += timedelta(days=1)
        yield day


def scanned(case: Case) -> tuple[date | None, date | None]:
    """Return the first window by looking at every day."""
    opened = None
    for day in days_ahead(case[1].on):
        if opened is None and fits_on(case, day):
            opened = day
        elif opened is not None and not fits_on(case, day):
            return opened, day - timedelta(days=1)
    return opened, None


def with_changes(facts: Facts, changes: tuple[Change, ...]) -> Facts:
    changed = {one.question: Answer(one.to, facts.answers.given[one.question].on) for one in changes}
    return Facts(facts.bank, Answers({**facts.answers.given, **changed}), facts.on)


def fewest(one: Trial, facts: Facts) -> int | None:
    """Return the fewest answers to change, by trying every way to answer everything."""
    names = [question.id for question in asked_of(facts.bank)]
    now = [facts.answers.get(name) for name in names]
    ways = product(*([answer, *_said_today(facts, name)] for name, answer in zip(names, now, strict=True)))
    return min((_differing(way, now) for way in ways if fits(one, _answering(facts, names, way))), default=None)


def _said_today(facts: Facts, name: str) -> list[Answer]:
    return [Answer(value, facts.on) for value in values_of(facts.bank[name])]


def _answering(facts: Facts, names: list[str], way: Way) -> Facts:
    given = {name: answer for name, answer in zip(names, way, strict=True) if answer is not None}
    return Facts(facts.bank, Answers(given), facts.on)


def _differing(way: Way, now: Sequence[Answer | None]) -> int:
    return sum(one != other for one, other in zip(way, now, strict=True))


@given(cases())
def test_the_day_flips_it_and_the_day_before_does_not(case: Case) -> None:
    one, facts = case
    ahead = outlook(one, facts)

    if ahead.fits_from is not None:
        assert fits_on(case, ahead.fits_from)
        assert ahead.fits_from == facts.on or not fits_on(case, ahead.fits_from - timedelta(days=1))
    if ahead.fits_until is not None:
        assert fits_on(case, ahead.fits_until)
        assert not fits_on(case, ahead.fits_until + timedelta(days=1))


@settings(max_examples=settings().max_examples // 3)
@given(cases(computed=True))
def test_the_window_is_the_one_that_looking_at_every_day_finds(case: Case) -> None:
    ahead = outlook(*case)

    assert (ahead.fits_from, ahead.fits_until) == scanned(case)
    assert fits_from(*case) == ahead.fits_from


@given(cases(computed=True))
def test_the_changes_end_the_no_and_are_such_as_can_be_answered(case: Case) -> None:
    one, facts = case
    changes = smallest_change(one, facts)

    assert not changes or fits(one, with_changes(facts, changes))
    assert all(
        accept(facts.bank[change.question], change.to, facts.answers.given[change.question].on) == change.to
        for change in changes
    )
    assert all(facts.answers.given[change.question].value != change.to for change in changes)


@given(cases(fresh=True))
def test_no_fewer_changes_would_do(case: Case) -> None:
    one, facts = case
    needed = fewest(one, facts)

    told = len(smallest_change(one, facts))

    assert told == (needed if needed is not None and needed <= MOST_CHANGES else 0)


@given(cases())
def test_changes_are_told_only_where_time_does_not_help(case: Case) -> None:
    one, facts = case
    ahead = outlook(one, facts)

    assert ahead.changes == (() if ahead.fits_from else smallest_change(one, facts))


@given(cases())
def test_the_order_of_answers_does_not_change_the_outlook(case: Case) -> None:
    one, facts = case
    backwards = Answers(dict(reversed(facts.answers.given.items())))

    assert outlook(one, Facts(facts.bank, backwards, facts.on)) == outlook(one, facts)
