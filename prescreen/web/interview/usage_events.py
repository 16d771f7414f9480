"""The events that pages count, without waiting for the database and without identifying visitors."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.assessment.determination import assess
from prescreen.storage.interview.usage_counters import CounterKind, Key
from prescreen.web.base.request_context import catalog, resources, today
from prescreen.web.interview.answer_cookie import Visit
from prescreen.web.interview.attribution import came_from_before, carried_source, has_arrived
from prescreen.web.interview.focus import marked_trials
from prescreen.workflow.interview import usage_counters
from prescreen.workflow.interview.attribution import counted_as


def count_shown(question_ids: Iterable[str], visit: Visit) -> None:
    """Count the questions on a page, except those that are shown for changing their answers."""
    _count([usage_counters.shown(name) for name in question_ids if _is_new(name, visit)])


def count_answered(answers: Answers, hanging: Collection[str], visit: Visit) -> None:
    """Count the answers of a page, except those that change an earlier one.

    Questions that hang on others of the page count as shown only now, where they turned out to apply: they would look
    as if people had stopped at them.
    """
    new = [(name, answer.value) for name, answer in answers.given.items() if _is_new(name, visit)]
    _count([usage_counters.shown(name) for name, _ in new if name in hanging])
    _count([usage_counters.answered(name, value) for name, value in new])


def _is_new(question_id: str, visit: Visit) -> bool:
    return question_id not in visit.answers and not visit.emergency


def count_end(condition: Condition, visit: Visit, facts: Facts, waiting: str | None) -> Visit:
    """Count a prescreening at its end, and return the visit marked as counted.

    It ends with the answer after which no question waits: the cookie is written then anyway, whereas a mark set by the
    results page would keep the answers longer than two hours. Only the trials that it asked about have come to an end.
    """
    if waiting is not None or visit.counted or resources().counters is None:
        return visit
    trials, marked = catalog().interview(condition.slug).trials, marked_trials(condition)
    asked = [trial for place, trial in enumerate(trials) if marked is None or marked[place]]
    _count(usage_counters.ended(assess(trial, facts) for trial in asked))
    return replace(visit, counted=True)


def count_arrival(slug: str) -> None:
    """Count a visitor who comes to a page of a condition from outside."""
    if has_arrived():
        _count([Key(CounterKind.ARRIVED, slug, counted_as(carried_source()))])


def count_beginning(slug: str, visit: Visit) -> Visit:
    """Count the first answer of a visit, and return the visit with the source for its later steps."""
    begun = with_source(visit)
    _count([Key(CounterKind.BEGAN, slug, counted_as(begun.source))])
    return begun


def with_source(visit: Visit) -> Visit:
    """Return a visit with the visitor's source; a returning visitor keeps the first source."""
    return visit if visit.source else replace(visit, source=carried_source())


def count_results(slug: str, visit: Visit) -> None:
    """Count a view of the results."""
    _count_step("results", Key(CounterKind.SAW_RESULTS, slug), visit)


def count_trial(trial_id: str, visit: Visit) -> None:
    """Count a view of a trial's page."""
    _count_step("trials", Key(CounterKind.OPENED_TRIAL, trial_id), visit)


def count_form(slug: str, visit: Visit) -> None:
    """Count a view of the contact form."""
    _count_step("interest", Key(CounterKind.OPENED_FORM, slug), visit)


def count_sent(trial_ids: Iterable[str], visit: Visit) -> None:
    """Count the trials to which a visitor sent their details, once each."""
    _count(Key(CounterKind.SENT, trial_id, counted_as(visit.source)) for trial_id in dict.fromkeys(trial_ids))


def _count_step(step: str, key: Key, visit: Visit) -> None:
    if came_from_before(step):
        _count([key._replace(part=counted_as(visit.source or carried_source()))])


def _count(keys: Iterable[Key]) -> None:
    counters, counted = resources().counters, list(keys)
    if counters is not None and counted:
        counters.add(today(), counted)
