"""The events that pages count, without waiting for the database and without identifying visitors."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.assessment.determination import Assessment, assess
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.matching.truth_codes import FALSE
from prescreen.storage.interview.usage_counters import CounterKind, Key
from prescreen.web import measures
from prescreen.web.base.cookies import read_cookie
from prescreen.web.base.request_context import catalog, resources, today
from prescreen.web.interview.answer_cookie import THANKS, Reached, Visit
from prescreen.web.interview.attribution import came_from_before, carried_source, has_arrived
from prescreen.web.interview.focus import marked_trials
from prescreen.web.interview.question_page import standing_of
from prescreen.workflow.interview import usage_counters
from prescreen.workflow.interview.attribution import counted_as
from prescreen.workflow.operations.process_metrics import ANSWERED, DETERMINATIONS, STEPS, Step


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
    measures.count(ANSWERED, by=len(new))


def _is_new(question_id: str, visit: Visit) -> bool:
    return question_id not in visit.answers and not visit.emergency


def count_end(condition: Condition, visit: Visit, facts: Facts, waiting: str | None) -> Visit:
    """Count a prescreening at its end, and return the visit marked as counted.

    It ends with the answer after which no question waits: the cookie is written then anyway, whereas a mark set by the
    results page would keep the answers longer than two hours. Only the trials that it asked about have come to an end.
    """
    if waiting is not None:
        return visit
    judged = [] if visit.counted else [assess(trial, facts) for trial in _asked(condition)]
    _measure_end(judged, visit)
    if resources().counters is not None:
        _count(usage_counters.ended(judged))
        visit = _with_end_reached(condition, visit, facts)
    return replace(visit, counted=True)


def _measure_end(judged: Sequence[Assessment], visit: Visit) -> None:
    if not visit.counted:
        measures.count(STEPS, Step.FINISHED)
        for determination, times in Counter(one.determination for one in judged).items():
            measures.count(DETERMINATIONS, determination, by=times)


def _with_end_reached(condition: Condition, visit: Visit, facts: Facts) -> Visit:
    """Count the end of a visit for each trial that it asked about; return the visit with how far it was counted."""
    if visit.reached is not Reached.BEGUN:
        return visit
    asked = _asked(condition)
    shown, places = standing_of(condition, facts).shown_codes, catalog().planner(condition.slug).places
    left_in = [trial for trial in asked if shown[places[trial.id]] != FALSE]
    for kind, trials in ((CounterKind.FINISHED, asked), (CounterKind.LEFT_IN, left_in)):
        _count([Key(kind, trial.id, counted_as(visit.source)) for trial in trials], _begun_on(visit))
    return replace(visit, reached=Reached.FINISHED)


def _asked(condition: Condition) -> list[Trial]:
    """Return the trials that the interview of this request asks about."""
    trials, marked = catalog().interview(condition.slug).trials, marked_trials(condition)
    return [trial for place, trial in enumerate(trials) if marked is None or marked[place]]


def _begun_on(visit: Visit) -> date:
    """Return the day on which a visit began: its steps count in one month, so that none is more than the one before."""
    return min((answer.on for answer in visit.answers.given.values()), default=today())


def count_arrival(slug: str) -> None:
    """Count a visitor who comes to a page of a condition from outside."""
    if has_arrived():
        _count([Key(CounterKind.ARRIVED, slug, counted_as(carried_source()))])


def count_beginning(slug: str, visit: Visit) -> Visit:
    """Count the first answer of a visit, and return the visit with the source for its later steps."""
    begun = with_source(visit)
    measures.count(STEPS, Step.STARTED)
    _count([Key(CounterKind.BEGAN, slug, counted_as(begun.source))])
    return replace(begun, reached=Reached.BEGUN)


def with_changes(visit: Visit, changed: Visit) -> Visit:
    """Return the changed visit, no longer counted among visits where what its end was counted with has changed.

    What it sends from then on may not follow from that end. Questions that were answered since change nothing of it.
    """
    kept = changed.answers.given
    same = all(name in kept and kept[name].value == one.value for name, one in visit.answers.given.items())
    if visit.reached is not Reached.FINISHED or (same and visit.wishes == changed.wishes):
        return changed
    return replace(changed, reached=Reached.NOT_COUNTED)


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


def count_sent(condition: Condition, trial_ids: Iterable[str], visit: Visit) -> None:
    """Count the trials to which a visitor sent their details, once each, and how far that brought the visit.

    A visit counts among visits with its first form alone, and for trials that its end was counted for.
    """
    sent = tuple(dict.fromkeys(trial_ids))
    keys = [Key(CounterKind.SENT, trial_id, counted_as(visit.source)) for trial_id in sent]
    if visit.reached is Reached.FINISHED and not read_cookie(THANKS):
        asked = {trial.id for trial in _asked(condition)}
        keys += [key._replace(kind=CounterKind.SENT_AFTER) for key in keys if key.name in asked]
    _count(keys, _begun_on(visit))


def _count_step(step: str, key: Key, visit: Visit) -> None:
    if came_from_before(step):
        _count([key._replace(part=counted_as(visit.source or carried_source()))])


def _count(keys: Iterable[Key], on: date | None = None) -> None:
    counters, counted = resources().counters, list(keys)
    if counters is not None and counted:
        counters.add(on or today(), counted)
