"""The occurrences of questions that are still open for one person, and what asking them is expected to gain."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.matching.bitmaps import Codes
from prescreen.eligibility.matching.question_occurrences import Occurrences
from prescreen.eligibility.matching.truth_codes import UNKNOWN

Numbers = NDArray[np.intp]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_FEWER_FIRST = 0.25
"""How much less a trial counts for each further open part; tuned on other people than the benchmark's."""
_LEAST_UNLIKELY, _LEAST_LIKELY = 1e-6, 1e-9
"""No open question is taken to be asked for certain, nor never, by its probability alone."""


LIKELY = 0.75
"""The probability from which a question is asked on the page of another of its group. More questions in all are asked
below, more pages above: the lengths of both are measured by `benchmarks.interview.shipped_interviews`."""

_OF_MOST = 0.6
"""The power of the greatest number of pages that comes near the usual one: answers that rule trials out come together,
while the expected number treats them as independent. Measured by `benchmarks.interview.pages_told`."""


class PagesLeft(NamedTuple):
    """About how many pages of questions are still to come, and how many at most where each is shown once."""

    about: int
    most: int


class OpenOccurrences:
    """The rows of undecided trials whose test, part and question are all still open."""

    def __init__(self, rows: Occurrences, codes: Codes, truths: Codes, asked: Flags) -> None:
        self._rows = rows
        unknown, undecided = truths == UNKNOWN, codes == UNKNOWN
        # `take` gathers by small whole numbers several times faster than an index in brackets.
        open_parts: Flags = unknown.take(rows.part_slot) & undecided.take(rows.part_trial)
        open_pairs: Flags = unknown.take(rows.pair_test) & ~asked.take(rows.pair_question)
        self._is_open: Flags = open_parts.take(rows.part) & open_pairs.take(rows.pair)
        self.live: Numbers = self._is_open.nonzero()[0]
        self.trial = rows.trial.take(self.live).astype(np.intp)
        self.question = rows.question.take(self.live).astype(np.intp)

    def of(self, question: int) -> Numbers:
        """Return the rows of one question."""
        found: Numbers = self.live[self.question == question]
        return found

    @cached_property
    def _open_parts(self) -> Numbers:
        """How many parts of each trial are still open (shape: trials)."""
        rows = self._rows
        parts = _marked(rows.part.take(self.live), len(rows.part_trial)).nonzero()[0]
        return np.bincount(rows.part_trial.take(parts), minlength=rows.trials)

    def settled_by(self, question: int) -> int:
        """Return how many trials an answer to this question alone could settle."""
        rows, here = self._rows, self.of(question)
        settling = rows.decisive[here] | (self._open_parts[rows.trial[here]] == 1)
        return int(np.count_nonzero(_marked(rows.trial[here[settling]], rows.trials)))

    def gains(self) -> Floats:
        """Return, for each question, the expected gain over all open trials (shape: questions).

        A trial is settled by one answer that rules it out, or else by all its parts together: an answer gains the
        probability that it rules the trial out, and a share of the probability that nothing will, since then it is
        needed anyway. Trials with fewer open parts count somewhat more. It is the greedy rule on a goal value
        (Deshpande, Hellerstein and Kletenik 2016) with the likely end of each trial in place of an even share; the
        saving is measured in docs/benchmarks.md.
        """
        rows, live, trial = self._rows, self.live, self.trial
        lasting = np.exp(np.bincount(trial, weights=rows.staying.take(live), minlength=rows.trials))
        weight = np.maximum(self._open_parts, 1) ** _FEWER_FIRST
        gain = (rows.failing.take(live) + lasting.take(trial) * rows.settling.take(live)) / weight.take(trial)
        return np.bincount(self.question, weights=gain, minlength=len(rows.questions)).astype(np.float64, copy=False)

    def pages_left(self, certain: Sequence[int]) -> PagesLeft:
        """Return how many pages are left; the questions at the `certain` places are asked in any case.

        It is the mean of two estimates: of what prevalence says, which is too great as long as much is open, and of a
        power of what is possible, which is steadier.
        """
        chances = self.chances.copy()
        chances[list(certain)] = 1
        of_pages = self._rows.greatest_of_pages(chances)
        most, expected = int(np.count_nonzero(of_pages)), float(of_pages.sum())
        return PagesLeft(max(1, round((expected + most**_OF_MOST) / 2)) if most else 0, most)

    def are_likely(self, questions: Sequence[int]) -> bool:
        """Return whether each of these questions will likely be asked."""
        return bool(np.all(self.chances[questions] >= LIKELY))

    @cached_property
    def chances(self) -> Floats:
        """The probability that each question is asked until all trials are settled (shape: questions).

        A trial's questions are asked in the order that rules it out soonest; a question is asked unless every trial
        that depends on it is ruled out before. Answers are treated as independent.
        """
        rows = self._rows
        soonest = self._first_of_each(rows.soonest.compress(self._is_open.take(rows.soonest)).astype(np.intp))
        trials, staying = rows.trial.take(soonest), rows.staying_surely.take(soonest)
        if not len(trials):
            return np.zeros(len(rows.questions))
        starts = np.concatenate([[0], (trials[1:] != trials[:-1]).nonzero()[0] + 1])
        before = np.cumsum(staying) - staying
        reached = np.exp(before - np.repeat(before.take(starts), np.diff(starts, append=len(trials))))
        unlikely = np.log(np.clip(1 - reached, _LEAST_UNLIKELY, 1 - _LEAST_LIKELY))
        spared = np.bincount(rows.question.take(soonest), unlikely, minlength=len(rows.questions))
        return 1 - np.exp(spared)

    def _first_of_each(self, rows: Numbers) -> Numbers:
        """Keep, of the rows of one trial and question, the first."""
        needed, order = self._rows.need.take(rows).astype(np.intp), np.arange(len(rows))
        first = np.empty(self._rows.needs, np.intp)
        first[needed[::-1]] = order[::-1]
        return rows.compress(first.take(needed) == order)


def _marked(places: NDArray[np.integer], size: int) -> Flags:
    marks = np.zeros(size, bool)
    marks[places] = True
    return marks
