"""Matching one person with many trials, by the faster of two designs for their number."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.matching.bitmaps import Bitmaps
from prescreen.eligibility.matching.closures import Judge, conjunction
from prescreen.eligibility.matching.known_values import (
    Changes,
    Known,
    conditional_questions,
    dependants,
    known_value,
    known_values,
)
from prescreen.eligibility.matching.normal_form import conjuncts

FEW = 250
"""The greatest number of trials for which closures are faster than bitmaps."""

CODES = (Determination.INELIGIBLE, Determination.UNDETERMINED, Determination.POTENTIALLY_ELIGIBLE)
"""The determinations by their code: 0, 1, 2."""

Codes = NDArray[np.int8]


def by_id(trials: Sequence[Trial], codes: Codes) -> Mapping[str, Determination]:
    """Return determinations by trial id, from codes (shape: trials)."""
    return {trial.id: CODES[code] for trial, code in zip(trials, codes.tolist(), strict=True)}


class Match(Protocol):
    """One person judged against all trials."""

    @property
    def codes(self) -> Codes:
        """Return the determination of each trial as an index into CODES (shape: trials), in the order of the trials."""

    def having(self, changes: Changes) -> "Match":
        """Return the match after some values changed."""


class Matching:
    """A set of trials, compiled.

    For every person and trial it agrees with `assessment.assess`.
    """

    def __init__(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        self.bank, self.trials = bank, tuple(trials)
        self._conditional = conditional_questions(bank)
        self._dependants = dependants(bank)
        nodes = conjuncts(self.trials)
        self._judges = tuple(conjunction(one) for one in nodes) if len(nodes) <= FEW else ()
        self._bitmaps = Bitmaps(bank, nodes) if len(nodes) > FEW else None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Return the index of each trial's code, by trial id."""
        return {trial.id: place for place, trial in enumerate(self.trials)}

    def known(self, facts: Facts) -> Known:
        """Return the values of one person that trials are judged by today."""
        return known_values(facts, self._conditional)

    def match(self, facts: Facts) -> Match:
        """Return the match of a person."""
        return self.match_known(self.known(facts))

    def after(self, match: Match, question_id: str, facts: Facts) -> Match:
        """Return the match after one answer changed; `facts` hold all current answers, for the same day."""
        return match.having({name: known_value(facts, name) for name in self._dependants[question_id]})

    def match_known(self, known: Known) -> Match:
        """Return the match of known values, as returned by `known`."""
        if self._bitmaps is not None:
            return self._bitmaps.match(known)
        return _Listed(self._judges, known)

    def determinations(self, facts: Facts) -> Mapping[str, Determination]:
        """Return the determination of every trial, by id."""
        return by_id(self.trials, self.match(facts).codes)


class _Listed:
    """A match by closures, one trial after the other."""

    __slots__ = ("_judges", "_known", "codes")

    def __init__(self, judges: Sequence[Judge], known: Known) -> None:
        self._judges, self._known = judges, known
        self.codes: Codes = np.array([judge(known) for judge in judges], np.int8)

    def having(self, changes: Changes) -> "_Listed":
        """Judge all trials again: with few trials that is as fast as finding those that a change affects."""
        known = {**self._known, **changes}
        return _Listed(self._judges, {name: value for name, value in known.items() if value is not None})
