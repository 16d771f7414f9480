"""What stands in the way of the trials that do not fit: each trial folded once under a reason, with its answer.

A reason that passes with time takes only trials without another one, so that its day is no false hope.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import url_for

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.criteria.questions import Question
from prescreen.web.base.language import say
from prescreen.web.interview.question_page import REVIEW
from prescreen.web.results.explanations import LONGEST_IN_SHORT, Judged, TrialResult
from prescreen.web.results.reasons import said_shortly

_MOST_FOLDS = 3
"""How many reasons have a fold of their own; the rest share the last."""
_MOST_TITLES = 6
"""How many trials are named in a fold."""
_MOST_SUBJECTS = 3
"""How many of the other reasons the last fold names."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Trials that do not fit for one reason; the last fold has those of all other reasons, and no answer.

    `subjects` say what stands in the way, none for what is told only later; `change` is the address of the question.
    `fits_from` is the first day on which one of those shown fits, if time alone brings one.
    """

    subjects: list[str]
    trials: int
    shown: list[TrialResult]
    fits_from: date | None
    answer: str = ""
    change: str = ""

    @property
    def is_said_at_once(self) -> bool:
        """Whether the answer is short enough to stand in the line that is not folded."""
        return len(self.answer) <= LONGEST_IN_SHORT


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject of the reasons, with how many trials it stands in the way of, and whether the list is of those."""

    question: str
    words: str
    trials: int
    is_chosen: bool


def folds(condition: Condition, found: Judged, places: Sequence[int]) -> list[Fold]:
    """Return the trials at these places by what stands in their way; those whose reason is told later stand alone."""
    sorted_out, bank = found.told.sorted_by_reason(places), found.facts.bank
    placed = {place for _, those in sorted_out for place in those}
    alone = [_fold(condition, found, bank[name], those) for name, those in sorted_out[:_MOST_FOLDS]]
    others, later = sorted_out[_MOST_FOLDS:], [place for place in places if place not in placed]
    if others:
        subjects = [say(bank[name].subject) for name, _ in others[:_MOST_SUBJECTS]]
        alone.append(_told(found, subjects, [place for _, those in others for place in those]))
    return alone + ([_told(found, [], later)] if later else [])


def _fold(condition: Condition, found: Judged, question: Question, places: list[int]) -> Fold:
    asked = found.facts.bank.sources_of(question.id) or (question.id,)
    came_from: dict[str, Any] = {"from": REVIEW}
    change = url_for("screener.question", slug=condition.slug, question_id=asked[-1], **came_from)
    passes = question.id in found.facts.moving
    fold = _told(found, [say(question.subject)], places, passes=passes)
    return replace(fold, answer=said_shortly(question, found.facts), change=change)


def _told(found: Judged, subjects: list[str], places: list[int], *, passes: bool = True) -> Fold:
    shown = [found.result(place) for place in found.told.ranked(places)[:_MOST_TITLES]]
    # Where a reason is found that stays, none of them has a day: they need not be asked.
    fits_from = min((day for one in shown if passes and (day := one.fits_from)), default=None)
    return Fold(subjects, len(places), shown, fits_from)


def subjects(found: Judged, places: Sequence[int], chosen: str) -> list[Subject]:
    """Return the subjects of all reasons, most frequent first; a trial counts for each of its own."""
    bank = found.facts.bank
    return [
        Subject(name, say(bank[name].subject), trials, is_chosen=name == chosen)
        for name, trials in found.told.blocking_questions(places)
    ]
