"""The findings of all trials as far as a person may be told them: by trial, counted, and by the questions that matter.

Until the questions are over, a criterion that its author keeps back (`Show.END`) counts as unknown, whatever it is.
Only where nothing else forbids, and the trial keeps no other back, does it count as forbidding, since the trial's own
"no" reveals that. Of several that are kept back, the "no" does not tell which forbids, nor how many.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Missing, questions_behind, questions_in
from prescreen.eligibility.criteria.trials import COHORTS, Criterion
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.matching.criterion_slots import OfTrial
from prescreen.eligibility.matching.truth_codes import CODES, FALSE, TRUE, UNKNOWN

Numbers = NDArray[np.int64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

_TRUTHS = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)


class ToldFinding(NamedTuple):
    """One criterion as a person may be told it; `later`: it is kept back until the questions are over."""

    criterion: Criterion
    permits: Truth
    later: bool


class CriterionQuestions:
    """Which questions the criteria of all trials test, made once a planner; a row is a criterion with a question.

    `tested` are the questions of each criterion; `chooses`: it stands for all groups of a trial.
    """

    def __init__(self, criteria: Sequence[OfTrial], starts: Numbers) -> None:
        self.criteria, self.starts = criteria, starts
        self.trial: Numbers = np.array([place for place, _ in criteria], np.int64)
        self.kept_back: Flags = np.array([one.is_kept_back for _, one in criteria], bool)
        self.chooses: Flags = np.array([one.id == COHORTS for _, one in criteria], bool)
        self.tested = [tuple(dict.fromkeys(questions_in(one.rule))) if one.rule else () for _, one in criteria]
        self.names = tuple(dict.fromkeys(name for names in self.tested for name in names))
        places = {name: place for place, name in enumerate(self.names)}
        self.row_criterion = np.repeat(np.arange(len(criteria)), [len(names) for names in self.tested])
        self.row_question = np.array([places[name] for names in self.tested for name in names], np.int64)
        many = np.bincount(self.row_question, minlength=len(self.names))
        self.asked_most = tuple(self.names[place] for place in np.argsort(-many, kind="stable").tolist())
        self._blaming: tuple[str, ...] | None = None

    def blaming(self, bank: QuestionBank) -> tuple[str, ...]:
        """Return the questions that can be blamed, in the bank's order: those tested, and those they depend on.

        They are worked out once: banks that word the same questions differently hold the same ones.
        """
        if self._blaming is None:
            reached = frozenset(bank.reached_from(self.names))
            self._blaming = tuple(one.id for one in bank if one.id in reached)
        return self._blaming

    def ranked_fitting(self, trials: Numbers) -> list[int]:
        """Return trials that may fit, as `Told.ranked` does before the questions are over.

        All their criteria permit, so that only those that are kept back count as unknown.
        """
        kept_back = np.bincount(self.trial[self.kept_back], minlength=len(self.starts) - 1)
        found: list[int] = trials[np.argsort(kept_back[trials], kind="stable")].tolist()
        return found


class Told:
    """One person's findings; trials are named by their places in the interview."""

    def __init__(self, asking: CriterionQuestions, codes: Codes, shown: Codes, facts: Facts, *, over: bool) -> None:
        self._asking, self._shown, self._facts = asking, shown, facts
        self._behind: dict[int, frozenset[str]] = {}
        self._later: Flags = asking.kept_back & (not over)
        forbids = codes == FALSE
        self._openly: Flags = forbids & ~self._later
        hidden = forbids & self._later
        self._withheld: Flags = (self._counted(self._openly) == 0) & (self._counted(hidden) > 0)
        revealed = self._withheld & (self._counted(self._later) == 1)
        self._forbids: Flags = self._openly | (hidden & revealed[asking.trial])
        self._unknown: Flags = ~self._forbids & (self._later | (codes == UNKNOWN))
        self._codes: Codes = np.full(len(codes), TRUE, np.int8)
        self._codes[self._unknown] = UNKNOWN
        self._codes[self._forbids] = FALSE

    def _counted(self, criteria: Flags) -> Numbers:
        """Return how many of these criteria each trial has (shape: trials)."""
        return np.bincount(self._asking.trial[criteria], minlength=len(self._shown))

    def group(self, determination: Determination) -> list[int]:
        """Return the trials that are shown in a group, in the order of the interview."""
        found: list[int] = np.flatnonzero(self._shown == CODES.index(determination)).tolist()
        return found

    def group_of(self, trial: int) -> Determination:
        """Return the group in which a trial is shown."""
        return CODES[self._shown[trial]]

    def codes_of(self, trial: int) -> bytes:
        """Return a code for each finding of one trial, in its author's order: 0 forbids, 1 is unknown, 2 permits."""
        first, end = self._asking.starts[trial : trial + 2].tolist()
        return self._codes[first:end].tobytes()

    def finding(self, trial: int, number: int) -> ToldFinding:
        """Return one finding of a trial, by its number in the author's order."""
        place = int(self._asking.starts[trial]) + number
        return ToldFinding(self._asking.criteria[place][1], _TRUTHS[self._codes[place]], bool(self._later[place]))

    @property
    def asked_most(self) -> tuple[str, ...]:
        """Return the questions that criteria test, those of most criteria first."""
        return self._asking.asked_most

    def open_questions(self, trial: int) -> tuple[str, ...]:
        """Return the unasked questions on which the unknown criteria of a trial can depend: those that matter are here.

        Of a criterion that is unknown, or kept back, these are all that may apply: fewer would tell which of its tests
        the answers meet.
        """
        first, end = self._asking.starts[trial : trial + 2].tolist()
        unknown = (place for place in range(first, end) if self._unknown[place])
        tested = dict.fromkeys(name for place in unknown for name in self._asking.tested[place])
        reached = self._facts.bank.reached_from(tuple(tested))
        return tuple(name for name in reached if self._may_be_asked(name))

    def _may_be_asked(self, question_id: str) -> bool:
        facts = self._facts
        is_new = question_id not in facts.answers and not facts.bank[question_id].computed
        return is_new and facts.applies(question_id) is not Truth.FALSE

    def ranked(self, trials: Sequence[int]) -> list[int]:
        """Return these trials by what fits best: fewest criteria that forbid, then fewest that are unknown."""
        places, (forbidding, unknown) = np.array(trials, np.int64), self._counts
        order = np.lexsort((unknown[places], forbidding[places]))
        found: list[int] = places[order].tolist()
        return found

    @cached_property
    def _counts(self) -> tuple[Numbers, Numbers]:
        """How many criteria of each trial forbid, as far as is told, and how many are unknown."""
        return np.maximum(self._counted(self._forbids), self._withheld), self._counted(self._unknown)

    def blocking_questions(self, trials: Sequence[int]) -> list[tuple[str, int]]:
        """Return the questions whose answers stand in the way, with how many of these trials; most frequent first."""
        many = self._blocked[np.array(trials, np.int64)].sum(axis=0)
        found = [(name, count) for name, count in zip(self._blaming, many.tolist(), strict=True) if count]
        return sorted(found, key=lambda one: -one[1])

    def blocked_by(self, question_id: str, trials: Sequence[int]) -> list[int]:
        """Return those of these trials in whose way the answer to a question stands."""
        if question_id not in self._blaming:
            return []
        blocked = self._blocked[:, self._blaming.index(question_id)]
        return [trial for trial in trials if blocked[trial]]

    def sorted_by_reason(self, trials: Sequence[int]) -> list[tuple[str, list[int]]]:
        """Return these trials by a question whose answer stands in the way, each trial once.

        The question that stands in the way of most takes all of those, then the next of the rest. Reasons that can
        change by the passage of time alone come last, and take only the trials that have no other.
        """
        places, found = np.array(trials, np.int64), list[tuple[str, list[int]]]()
        rest = np.ones(len(places), np.float32)
        for blocked, columns in self._lasting_first():
            # A product of matrices counts many times faster than a sum of flags.
            many = blocked[places][:, columns].astype(np.float32)
            while (counts := rest @ many).any():
                column = int(counts.argmax())
                taken = (rest * many[:, column]).astype(bool)
                found.append((self._blaming[columns[column]], places[taken].tolist()))
                rest[taken] = 0
            if not rest.any():
                break
        return found

    def _lasting_first(self) -> Iterator[tuple[Flags, Numbers]]:
        """Yield what stands in the way, as `_blocked`, with the columns of the questions to name for it.

        First only criteria that time does not affect; then, for the trials that are left, what time does affect.
        """
        moving, every = self._facts.moving, np.arange(len(self._blaming))
        affected = np.array([name in moving for name in self._asking.names], bool)[self._asking.row_question]
        lasting = np.bincount(self._asking.row_criterion[affected], minlength=len(self._openly)) == 0
        yield self._blocked_by(self._openly & lasting), every
        yield self._blocked, every[[name in moving for name in self._blaming]]
        yield self._blocked, every

    @cached_property
    def _blaming(self) -> tuple[str, ...]:
        return self._asking.blaming(self._facts.bank)

    @cached_property
    def _blocked(self) -> Flags:
        """Whether the answer to a question stands in the way of a trial (shape: trials, questions to blame)."""
        return self._blocked_by(self._openly)

    def _blocked_by(self, forbidding: Flags) -> Flags:
        """Return the same for some of the criteria that openly forbid (shape of these: criteria)."""
        criteria, columns = self._blames
        found, chosen = np.zeros((len(self._shown), len(self._blaming)), bool), forbidding[criteria]
        found[self._asking.trial[criteria[chosen]], columns[chosen]] = True
        return found

    @cached_property
    def _blames(self) -> tuple[Numbers, Numbers]:
        """The criteria that openly forbid, each with a question to blame: its place, and that in `_blaming`."""
        asking, blaming = self._asking, {name: place for place, name in enumerate(self._blaming)}
        rows = np.flatnonzero(self._openly[asking.row_criterion])
        rows = rows[[not asking.chooses[asking.row_criterion[row]] or self._is_behind(row) for row in rows.tolist()]]
        questions, forbidding = asking.row_question[rows], asking.row_criterion[rows]
        criteria, columns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for question in np.unique(questions).tolist():
            places = forbidding[questions == question]
            for name in self._explaining(asking.names[question]):
                criteria.append(places)
                columns.append(np.full(len(places), blaming[name], np.int64))
        return np.concatenate(criteria), np.concatenate(columns)

    def _is_behind(self, row: int) -> bool:
        """Whether a question is one by which no group fits: in each group, most of what is asked may fit."""
        place = int(self._asking.row_criterion[row])
        if place not in self._behind:
            rule = self._asking.criteria[place][1].rule
            found = questions_behind(Truth.FALSE, rule, self._facts) if rule else ()
            self._behind[place] = frozenset(found)
        return self._asking.names[self._asking.row_question[row]] in self._behind[place]

    def _explaining(self, question_id: str) -> Iterable[str]:
        """Return the question; where it does not apply, those whose answers say so; of these, those with a value."""
        facts = self._facts
        applies = facts.value(question_id) is not Missing.NOT_APPLICABLE
        names = (question_id,) if applies else facts.bank.reached_from((question_id,))[:-1]
        return (name for name in names if not isinstance(facts.value(name), Missing))
