"""What the pages count. Nothing here waits for the database, and nothing of it tells who was counted."""

from collections.abc import Iterable
from dataclasses import replace

from prescreen.catalog.catalog import Condition
from prescreen.eligibility.answers import Declined, Facts
from prescreen.eligibility.assessment import assess
from prescreen.eligibility.rules import Value
from prescreen.storage.counters import Key
from prescreen.web.resources import catalog, resources, today
from prescreen.web.visits import Visit
from prescreen.workflow import counting


def count_shown(question_id: str, visit: Visit) -> None:
    """Count a question on a page, unless it is shown to be answered anew."""
    if _is_new(question_id, visit):
        count_waiting_shown(question_id)


def count_waiting_shown(question_id: str) -> None:
    """Count the question that waits for an answer on a page."""
    _count([counting.shown(question_id)])


def count_answered(question_id: str, value: Value | Declined, visit: Visit) -> None:
    """Count an answer, unless it changes one that was given before."""
    if _is_new(question_id, visit):
        _count([counting.answered(question_id, value)])


def _is_new(question_id: str, visit: Visit) -> bool:
    return question_id not in visit.answers and not visit.emergency


def count_end(condition: Condition, visit: Visit, facts: Facts, waiting: str | None) -> Visit:
    """Count a prescreening once it has come to its end, and give the visit with a mark that says so.

    It ends with the answer after which no question waits: the cookie is written then anyway, whereas a mark set by the
    results page would keep the answers longer than two hours.
    """
    if waiting is not None or visit.counted or resources().counters is None:
        return visit
    _count(counting.ended(assess(trial, facts) for trial in catalog().trials_for(condition.slug)))
    return replace(visit, counted=True)


def _count(keys: Iterable[Key]) -> None:
    counters = resources().counters
    if counters is not None:
        counters.add(today(), keys)
