"""Made-up visits around made-up people, so that a demo's page of numbers shows what it would show in use.

Counters hold no person and cannot tell made-up visits from real ones: only a sample catalog gets any.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from random import Random

from prescreen.eligibility.assessment.determination import Assessment, Determination
from prescreen.storage.interview.usage_counters import DIRECT, CounterKind, Counts, Key, month_of
from prescreen.workflow.interview import usage_counters

ALIKE = 6
"""How many visits without sending are counted for each that is drawn: drawing answers takes time."""

_LEFT_EARLY = 5
_SOURCES = {DIRECT: 4, "google": 5, "facebook/paid-social/sciatica": 2, "patients.example": 1}
_VIEWS = ((CounterKind.ARRIVED, 40), (CounterKind.SAW_RESULTS, 9), (CounterKind.OPENED_FORM, 2))


def visits_around(on: date, slug: str, judged: Sequence[Assessment], sent: Sequence[Assessment], rng: Random) -> Counts:
    """Return the counts of visits about one made-up person's: theirs, some alike who sent nothing, some who stopped.

    `judged` are the trials of a condition, judged for the visits that sent nothing; `sent` those that the person chose,
    judged for the person.
    """
    source = rng.choices(tuple(_SOURCES), tuple(_SOURCES.values()))[0]
    found = Counter[Key]()
    found[Key(CounterKind.BEGAN, slug, source)] = ALIKE + _LEFT_EARLY + 1
    for key in _of_end(judged, source):
        found[key] += ALIKE
    found.update(_of_person(judged, {one.trial.id: one for one in sent}, source))
    found.update({Key(kind, slug, source): views for kind, views in _VIEWS})
    return {(month_of(on), key): count for key, count in found.items()}


def _of_end(judged: Iterable[Assessment], source: str) -> Iterator[Key]:
    for one in judged:
        yield Key(CounterKind.FINISHED, one.trial.id, source)
        if one.determination is not Determination.INELIGIBLE:
            yield Key(CounterKind.LEFT_IN, one.trial.id, source)
        yield from usage_counters.ended((one,))


def _of_person(judged: Iterable[Assessment], sent: Mapping[str, Assessment], source: str) -> Iterator[Key]:
    """Yield what the person's own visit counts: it ended for every trial, and left those in that they chose."""
    steps = (CounterKind.LEFT_IN, CounterKind.OPENED_TRIAL, CounterKind.SENT, CounterKind.SENT_AFTER)
    for one in judged:
        yield Key(CounterKind.FINISHED, one.trial.id, source)
        yield from usage_counters.ended((sent.get(one.trial.id, one),))
        yield from (Key(kind, one.trial.id, source) for kind in steps if one.trial.id in sent)
