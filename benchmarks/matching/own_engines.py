"""This project's engines in the contests."""

from collections.abc import Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.base.workload import ON, Crowd, Values, answers
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.cohort import columns_of, judging, scale_of
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.interview.priors import Observed, Seen
from prescreen.eligibility.matching import Matching

if TYPE_CHECKING:
    from prescreen.storage.cohort.answer_columns import Column, Columns


class Ours:
    """Judges from the plain values that every contestant gets."""

    name = "prescreen"
    most_trials = 100_000

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        self.matching = Matching(bank, trials)

    def judge(self, values: Values) -> Sequence[int]:
        return self.matching.match_known(values).codes


class OursFromAnswers:
    """Judges from dated answers, as the pages hold them, with growing numbers and conversions included."""

    name = "prescreen, from dated answers"
    most_trials = 100_000

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        self._bank, self._matching = bank, Matching(bank, trials)
        self._answers: dict[int, tuple[Values, Answers]] = {}

    def judge(self, values: Values) -> Sequence[int]:
        return self._matching.match(Facts(self._bank, self._given(values), ON)).codes

    def _given(self, values: Values) -> Answers:
        """Return the answers; they are made at the first call, which is not timed."""
        found = self._answers.get(id(values))
        if found is None:
            found = self._answers[id(values)] = (values, answers(values))
        return found[1]


class OursInPlanes:
    """One trial over many people, as `prescreen rematch` does it: bitsets, with a finding per criterion."""

    name = "prescreen, bit planes"
    most_people = 1_000_000

    def load(self, crowd: Crowd) -> None:
        from prescreen.storage.cohort.bitsets.engine import Planes

        self._bank = crowd.bank
        self._people = Planes.of(_columns(crowd), crowd.bank)

    def rematch(self, trial: Trial) -> tuple[Sequence[int], Sequence[int]]:
        from prescreen.storage.cohort.bitsets.engine import PlaneColumns, judged
        from prescreen.storage.cohort.engines import FITS

        people = judged(self._people, judging(trial, self._bank, ON, PlaneColumns()))
        return people.where(FITS), people.unknown(FITS)


class OursInColumns:
    """The same compiler's expressions for polars, combined into one."""

    name = "prescreen, polars"
    most_people = 1_000_000

    def load(self, crowd: Crowd) -> None:
        from prescreen.storage.cohort.snapshots import framed

        self._bank = crowd.bank
        self._people = framed(_columns(crowd), place=np.arange(crowd.size))

    def rematch(self, trial: Trial) -> tuple[Sequence[int], Sequence[int]]:
        import polars as pl

        from prescreen.storage.cohort.polars_engine import PolarsColumns

        fits = reduce(and_, judging(trial, self._bank, ON, PolarsColumns()).permits).alias("fits")
        found = self._people.lazy().select("place", fits).filter(pl.col("fits").fill_null(value=True)).collect()
        known = found["fits"].is_not_null()
        return found["place"].filter(known).to_numpy(), found["place"].filter(~known).to_numpy()


class OursWithFindings(OursInColumns):
    """As `prescreen rematch --snapshot` does it: with a finding for each criterion."""

    name = "prescreen, polars with a finding per criterion"

    def rematch(self, trial: Trial) -> tuple[Sequence[int], Sequence[int]]:
        import polars as pl

        from prescreen.storage.cohort.engines import FITS
        from prescreen.storage.cohort.polars_engine import PolarsColumns, judged

        names = [name for question_id in trial.questions(self._bank) for name in columns_of(self._bank[question_id])]
        people = self._people.select("place", *names)
        fits = judged(people, judging(trial, self._bank, ON, PolarsColumns())).select("place", FITS)
        undetermined = fits.filter(pl.col(FITS).is_null())
        return fits.filter(pl.col(FITS))["place"].to_numpy(), undetermined["place"].to_numpy()

    def seen(self, trial: Trial) -> Observed:
        """Return what the counters would hold after these people, had each answered what they know."""
        from prescreen.storage.cohort.polars_engine import PolarsColumns, judged, sums
        from prescreen.workflow.cohort.cohort_counts import counts, tally

        dialect = PolarsColumns()
        people = judged(self._people, judging(trial, self._bank, ON, dialect))
        criteria = tally(trial, sums(people, counts(trial, dialect))).criteria
        return {(trial.id, one.criterion): Seen(one.permits, one.does_not_permit) for one in criteria}


def _columns(crowd: Crowd) -> "Columns":
    """Return all people as columns, as stored answers are laid out."""
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
