"""This project in the contests: through the calls that its pages and commands make."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.base.workload import ON, Crowd, Values, answers
from benchmarks.rivals import Numbers
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.cohort import columns_of, judging, scale_of
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.interview.priors import Observed, Seen
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.planner import Planner

if TYPE_CHECKING:
    from prescreen.storage.cohort.answer_columns import Column, Columns


class Ours:
    """From dated answers, as the pages and `prescreen interview` do it: the planner's determinations of all trials."""

    name = "prescreen"
    most_trials = 100_000

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        self._planner = Planner(Interview(bank, tuple(trials)))
        self._answers: dict[int, tuple[Values, Answers]] = {}

    def judge(self, values: Values) -> Numbers:
        return self._planner.at(Facts(self._planner.interview.bank, self._given(values), ON)).codes

    def _given(self, values: Values) -> Answers:
        """Return the answers; they are made at the first call, which is not timed."""
        found = self._answers.get(id(values))
        if found is None:
            found = self._answers[id(values)] = (values, answers(values))
        return found[1]


class OursOverPeople:
    """One trial over many people, as `prescreen rematch` does it: polars, with a finding per criterion."""

    name = "prescreen"
    most_people = 1_000_000

    def load(self, crowd: Crowd) -> None:
        from prescreen.storage.cohort.snapshots import framed

        self._bank = crowd.bank
        self._people = framed(_columns(crowd), place=np.arange(crowd.size))

    def rematch(self, trial: Trial) -> tuple[Numbers, Numbers]:
        import polars as pl

        from prescreen.storage.cohort.engines import FITS
        from prescreen.storage.cohort.polars_engine import PolarsColumns, judged

        names = [name for question_id in trial.questions(self._bank) for name in columns_of(self._bank[question_id])]
        people = self._people.select("place", *names)
        fits = judged(people, judging(trial, self._bank, ON, PolarsColumns())).select("place", FITS)
        undetermined = fits.filter(pl.col(FITS).is_null())
        return fits.filter(pl.col(FITS))["place"].to_numpy(), undetermined["place"].to_numpy()

    def seen(self, trial: Trial) -> Observed:
        """Return what its counters would have of these people, had each answered what they know."""
        from prescreen.storage.cohort.polars_engine import PolarsColumns, judged, sums
        from prescreen.workflow.cohort.cohort_counts import counts, tally

        dialect = PolarsColumns()
        people = judged(self._people, judging(trial, self._bank, ON, dialect))
        criteria = tally(trial, sums(people, counts(trial, dialect))).criteria
        return {(trial.id, one.criterion): Seen(one.permits, one.does_not_permit) for one in criteria}


def _columns(crowd: Crowd) -> "Columns":
    """Return everybody as stored answers are spread."""
    from prescreen.storage.cohort.answer_columns import Columns

    everybody = np.arange(crowd.size)
    return Columns({question.id: _column(question, crowd) for question in crowd.bank}, everybody, everybody[:0])


def _column(question: Question, crowd: Crowd) -> "Column":
    from prescreen.storage.cohort.answer_columns import Column

    values, known = np.where(crowd.known[question.id], crowd.columns[question.id], 0), crowd.known[question.id]
    match question.type:
        case QuestionType.BOOLEAN:
            return Column(values == 1, known)
        case QuestionType.NUMBER:
            return Column(values * scale_of(question), known)
    return Column(values, known)
