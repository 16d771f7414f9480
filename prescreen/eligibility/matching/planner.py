"""The next question for many trials: the guarantees of `question_selection`, at the speed of arrays.

A fast overestimate names every question that may still matter, and perhaps some that cannot. The best one is then
proved to matter before it is asked: by a test that alone can rule a trial out, else by the exact `reachable_truths`.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, shown_group
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.priors import Observed
from prescreen.eligibility.interview.question_selection import (
    Interview,
    flag_questions,
    is_askable,
    next_red_flag_question,
    open_questions,
)
from prescreen.eligibility.matching.bitmaps import Bitmaps, Codes
from prescreen.eligibility.matching.criterion_slots import CriterionSlots, OfTrial
from prescreen.eligibility.matching.known_values import CODES, UNKNOWN, conditional_questions, known_values
from prescreen.eligibility.matching.learned_weights import powers
from prescreen.eligibility.matching.normal_form import conjuncts
from prescreen.eligibility.matching.question_occurrences import Occurrences
from prescreen.eligibility.matching.told_findings import CriterionQuestions, Told

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_CERTAIN = 0.98
_LEAST_UNLIKELY = 1e-6


def expected_questions(trials: Numbers, questions: Numbers, failing: Floats) -> float:
    """Return the expected number of questions until all trials are settled.

    Parallel arrays (shape: rows): a trial, a question that it depends on, and the probability that the answer rules it
    out. A trial's questions are asked in the order that rules it out soonest; a question is asked unless every trial
    that depends on it is ruled out before. Answers are treated as independent.

    >>> one_trial, two_questions = np.array([0, 0]), np.array([5, 6])
    >>> round(expected_questions(one_trial, two_questions, np.array([0.5, 0.25])), 2)
    1.5
    """
    if not len(trials):
        return 0.0
    trials, questions, failing = _distinct_rows(trials, questions, np.minimum(failing, _MOST_CERTAIN))
    soonest = np.lexsort((-failing, trials))
    trials, questions, staying = trials[soonest], questions[soonest], np.log1p(-failing[soonest])
    before = np.cumsum(staying) - staying
    reached = np.exp(before - before[np.searchsorted(trials, trials)])
    spared = np.bincount(questions, np.log(np.maximum(1 - reached, _LEAST_UNLIKELY)))
    return float(np.sum(1 - np.exp(spared)))


def _distinct_rows(trials: Numbers, questions: Numbers, failing: Floats) -> tuple[Numbers, Numbers, Floats]:
    """Keep, of the rows of one trial and question, the one with the greatest probability."""
    order = np.lexsort((-failing, questions, trials))
    trials, questions, failing = trials[order], questions[order], failing[order]
    first = np.r_[True, (trials[1:] != trials[:-1]) | (questions[1:] != questions[:-1])]
    return trials[first], questions[first], failing[first]


_LEAST_CHANCE = 1e-3
_FEWER_FIRST = 0.25
"""How much less a trial counts for each further open part; tuned on other people than the benchmark's."""


class Planner:
    """Plans one interview; made once per catalog. Counts of earlier people change only the order of questions."""

    def __init__(self, interview: Interview, observed: Observed | None = None) -> None:
        self.interview = interview
        asked = conjuncts(interview.trials)
        self._bitmaps = Bitmaps(interview.bank, [one.nodes for one in asked])
        self._occurrences = Occurrences(interview.bank, asked, self._bitmaps.slots, self._bitmaps.groups.tops)
        if observed:
            self._occurrences.learn(powers(interview, [one.asking for one in asked], observed))
        self._criteria = CriterionSlots(interview.trials, asked, self._occurrences.part_slot)
        self._conditional = conditional_questions(interview.bank)
        self._burden = np.array([float(question.burden) for question in interview.bank])

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Return the place of each trial among the codes, by its id."""
        return {trial.id: place for place, trial in enumerate(self.interview.trials)}

    @cached_property
    def asking(self) -> CriterionQuestions:
        """Return which questions the criteria of all trials test."""
        return CriterionQuestions(self._criteria.listed, self._criteria.starts)

    @cached_property
    def _shown(self) -> Codes:
        """Return the group in which each trial is shown for each of its codes (shape: trials, codes)."""
        shown = [[CODES.index(shown_group(trial, one)) for one in CODES] for trial in self.interview.trials]
        return np.array(shown, np.int8).reshape(-1, len(CODES))

    def at(self, facts: Facts) -> "Standing":
        """Return the state of an interview with these answers."""
        return Standing(self, facts)

    def next_question(self, facts: Facts) -> str | None:
        """Return the question to ask now, or None when no answer can change anything any more.

        Opening questions come first where they can matter, then red flags, then the greatest gain.
        """
        return self.at(facts).next_question


class Standing:
    """The state of one interview with the answers so far."""

    def __init__(self, planner: Planner, facts: Facts) -> None:
        self._planner, self._facts = planner, facts
        self._rows = planner._occurrences
        self._match = planner._bitmaps.match(known_values(facts, planner._conditional))

    @property
    def codes(self) -> Codes:
        """A code per trial, in the order of the interview: places in CODES."""
        return self._match.codes

    @cached_property
    def shown_codes(self) -> Codes:
        """A code per trial likewise: the group that a person is shown it in."""
        shown: Codes = self._planner._shown[np.arange(len(self.codes)), self.codes]
        return shown

    def determination(self, trial_id: str) -> Determination:
        """Return what the answers say about one trial; raise KeyError where the interview has none with this id."""
        return CODES[self.codes[self._planner.places[trial_id]]]

    @property
    def open_trials(self) -> int:
        """How many trials are not ruled out."""
        return int(np.count_nonzero(self.codes))

    @cached_property
    def determinations(self) -> Mapping[str, Determination]:
        """What the answers say about each trial, by id; it agrees with `assessment.assess`."""
        trials, codes = self._planner.interview.trials, self.codes.tolist()
        return {trial.id: CODES[code] for trial, code in zip(trials, codes, strict=True)}

    @cached_property
    def groups(self) -> Mapping[Determination, tuple[Trial, ...]]:
        """The trials by the group that a person is shown them in, each in the order of the interview."""
        found: dict[Determination, list[Trial]] = {determination: [] for determination in Determination}
        for trial, code in zip(self._planner.interview.trials, self.shown_codes.tolist(), strict=True):
            found[CODES[code]].append(trial)
        return {group: tuple(trials) for group, trials in found.items()}

    @property
    def criteria(self) -> tuple[OfTrial, ...]:
        """The criteria with a rule of all trials, each with its trial's place, in the order of the interview."""
        return self._planner._criteria.listed

    @property
    def criteria_starts(self) -> Numbers:
        """Where each trial's criteria begin in `criteria`, and after the last of them the end (shape: trials + 1)."""
        return self._planner._criteria.starts

    @cached_property
    def criteria_codes(self) -> Codes:
        """A code per criterion, parallel to `criteria`: 0 does not permit, 1 is unknown, 2 permits, as `find` says."""
        return self._planner._criteria.codes(self._planner._bitmaps.groups.all_truths(self._match.literals))

    def told(self, *, over: bool) -> Told:
        """Return the findings as far as the person may be told them; `over`: no question waits any more."""
        return Told(self._planner.asking, self.criteria_codes, self.shown_codes, self._facts, over=over)

    @cached_property
    def questions_left(self) -> int:
        """Return an upper bound of the questions that can still be asked about trials and red flags."""
        places = set(np.unique(self._rows.question[self._live]).tolist())
        return len({self._rows.questions[place] for place in places} | self._flagged)

    @cached_property
    def _flagged(self) -> frozenset[str]:
        flags = self._planner.interview.red_flags
        return frozenset().union(*(flag_questions(flag, self._facts) for flag in flags))

    @cached_property
    def _open_parts(self) -> Numbers:
        """Return how many parts of each trial are still open (shape: trials)."""
        rows = self._rows
        return np.bincount(rows.part_trial[np.unique(rows.part[self._live])], minlength=len(rows.parts))

    @cached_property
    def questions_expected(self) -> int:
        """Return the expected number of questions still to ask about trials and red flags, by prevalence."""
        rows, live = self._rows, self._live
        about_trials = expected_questions(rows.trial[live], rows.question[live], rows.failing[live])
        return min(self.questions_left, max(round(about_trials) + len(self._flagged), 1 if self.questions_left else 0))

    def deciding(self, question_id: str) -> int:
        """Return how many open trials an answer to this question alone could settle."""
        rows, places = self._rows, self._rows.places
        here = self._live[rows.question[self._live] == places.get(question_id, -1)]
        settling = rows.decisive[here] | (self._open_parts[rows.trial[here]] == 1)
        return len(np.unique(rows.trial[here[settling]]))

    @cached_property
    def next_question(self) -> str | None:
        """Return the question to ask now; None at the end."""
        interview, facts = self._planner.interview, self._facts
        for question_id in interview.opening_questions:
            if is_askable(question_id, facts) and self._opening_matters(question_id):
                return question_id
        return self.red_flag_question or self._most_telling()

    @cached_property
    def red_flag_question(self) -> str | None:
        """Return the first question that can still raise a red flag; None when all flags are settled."""
        return next_red_flag_question(self._planner.interview, self._facts)

    def _opening_matters(self, question_id: str) -> bool:
        if question_id in self._flagged:
            return True
        place = self._rows.places.get(question_id)
        return place is not None and self._matters(place)

    @cached_property
    def _live(self) -> Numbers:
        """The rows of undecided trials whose test, part and question are all still open."""
        rows = self._rows
        asked = np.array([name in self._facts.answers for name in rows.questions], bool)
        undecided = self.codes == UNKNOWN
        truths = self._planner._bitmaps.groups.truths(np.flatnonzero(undecided), self._match.literals)
        waiting = (truths[rows.test] == UNKNOWN) & (truths[rows.part_slot] == UNKNOWN)[rows.part]
        return np.flatnonzero(undecided[rows.trial] & waiting & ~asked[rows.question])

    def _gains(self) -> Floats:
        """Return, for each question, the expected gain over all open trials, per burden (shape: questions).

        A trial is settled by one answer that rules it out, or else by all its parts together: an answer gains the
        probability that it rules the trial out, and a share of the probability that nothing will, since then it is
        needed anyway. Trials with fewer open parts count somewhat more. It is the greedy rule on a goal value
        (Deshpande, Hellerstein and Kletenik 2016) with the likely end of each trial in place of an even share; the
        saving is measured in docs/benchmarks.md.
        """
        rows, live = self._rows, self._live
        trial, failing = rows.trial[live], rows.failing[live]
        staying = np.log(np.maximum(1 - failing, _LEAST_CHANCE))
        lasting = np.exp(np.bincount(trial, staying, minlength=len(rows.parts)))
        gain = (failing + lasting[trial] * rows.settling[live]) / np.maximum(self._open_parts[trial], 1) ** _FEWER_FIRST
        gains: Floats = np.bincount(rows.question[live], gain, len(rows.questions)) / self._planner._burden
        return gains

    def _most_telling(self) -> str | None:
        for place in self._candidates():
            name = self._rows.questions[place]
            if is_askable(name, self._facts) and self._matters(place):
                return name
        return None

    def _candidates(self) -> Iterator[int]:
        gains = self._gains()
        best = int(np.argmax(gains)) if len(gains) else 0
        if len(gains) and gains[best] > 0:
            yield best
            yield from (int(place) for place in np.argsort(-gains, kind="stable") if gains[place] > 0 and place != best)

    def _matters(self, place: int) -> bool:
        """Return whether an answer to a question can still change a determination, exactly."""
        rows = self._live[self._rows.question[self._live] == place]
        name = self._rows.questions[place]
        if np.any(self._rows.decisive[rows]) and self._facts.applies(name) is Truth.TRUE:
            return True
        trials = np.unique(self._rows.trial[rows]).tolist()
        return any(name in open_questions(self._planner.interview.trials[trial], self._facts) for trial in trials)
