"""The next question for many trials: the guarantees of `question_selection`, at the speed of arrays.

A fast overestimate names every question that may still matter, and perhaps some that cannot. The best one is then
proved to matter before it is asked: by a test that alone can rule a trial out, else by the exact `reachable_truths`.
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, shown_group
from prescreen.eligibility.assessment.reachable_truths import Part, Prospects, is_open, parts_of
from prescreen.eligibility.criteria.questions import COMPUTED_FROM
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.priors import Observed
from prescreen.eligibility.interview.question_selection import (
    Interview,
    is_askable,
    next_red_flag_question,
    permitting,
)
from prescreen.eligibility.interview.red_flags import FlagQuestions
from prescreen.eligibility.matching.bitmaps import Bitmaps, BitMatch, Codes
from prescreen.eligibility.matching.criterion_slots import CriterionSlots, OfTrial
from prescreen.eligibility.matching.learned_weights import powers
from prescreen.eligibility.matching.normal_form import conjuncts
from prescreen.eligibility.matching.open_occurrences import OpenOccurrences, PagesLeft
from prescreen.eligibility.matching.question_occurrences import Occurrences
from prescreen.eligibility.matching.told_findings import CriterionQuestions, Told
from prescreen.eligibility.matching.truth_codes import CODES, FALSE, TRUE, UNKNOWN

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

_MOST_REMEMBERED = 512
"""Of how many trials the parts are kept, once a proof needed them."""


class Planner:
    """Plans one interview; made once per catalog. Counts of earlier people change only the order of questions."""

    def __init__(self, interview: Interview, observed: Observed | None = None) -> None:
        self.interview = interview
        asked = conjuncts(interview.trials)
        self._bitmaps = Bitmaps(interview.bank, [one.nodes for one in asked])
        self._occurrences = Occurrences(interview.bank, asked, self._bitmaps.slots)
        if observed:
            self._occurrences.learn(powers(interview, [one.asking for one in asked], observed))
        self._criteria = CriterionSlots(interview.trials, asked, self._occurrences.part_slot)
        self._flags = FlagQuestions(interview)
        self._question_places = {question.id: place for place, question in enumerate(interview.bank)}
        self._parts: dict[int, tuple[Part, ...]] = {}
        self._shared: dict[Rule, Part] = {}
        self._burden = np.array([float(question.burden) for question in interview.bank])
        self._marked: tuple[Hashable, Marks] | None = None
        self._beside = {name: inputs for inputs in COMPUTED_FROM.values() for name in inputs}

    def marks(self, key: Hashable, test: Callable[[Trial], bool]) -> Marks:
        """Return whether each trial passes a test (shape: trials); the result for the last key is remembered."""
        marked = self._marked
        if marked is None or marked[0] != key:
            self._marked = marked = key, np.array([test(trial) for trial in self.interview.trials], bool)
        return marked[1]

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

    def parts(self, place: int) -> tuple[Part, ...]:
        """Return the rules that must all hold for the trial at this place; equal ones are one object."""
        found = self._parts.get(place)
        if found is None:
            if len(self._parts) >= _MOST_REMEMBERED:
                self._parts.clear()
                self._shared.clear()
            parts = parts_of(permitting(self.interview.trials[place]), self.interview.bank)
            found = self._parts[place] = tuple(self._shared.setdefault(part.rule, part) for part in parts)
        return found

    def at(self, facts: Facts, among: Marks | None = None) -> "Standing":
        """Return the state of an interview with these answers, which asks for the marked trials alone (shape: trials).

        Every trial is judged all the same, and red flags are asked about whatever is marked.
        """
        return Standing(self, facts, among)

    def next_question(self, facts: Facts) -> str | None:
        """Return the question to ask now, or None when no answer can change anything any more.

        Opening questions come first where they can matter, then red flags, then the greatest gain.
        """
        return self.at(facts).next_question


class Standing:
    """The state of one interview with the answers so far."""

    def __init__(self, planner: Planner, facts: Facts, among: Marks | None = None) -> None:
        self._planner, self._facts, self._among = planner, facts, among
        self._prospects: Prospects = {}

    @cached_property
    def _match(self) -> BitMatch:
        return self._planner._bitmaps.match(self._facts)

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

    def count(self, group: Determination) -> int:
        """Return how many of the marked trials are shown in a group; it tells no more than the results do."""
        shown = self.shown_codes == CODES.index(group)
        return int(np.count_nonzero(shown if self._among is None else shown & self._among))

    def alone(self, trial_id: str) -> "Standing":
        """Return the same state, which asks for one trial alone; raise KeyError where the interview has none such.

        Red flags are asked about all the same, and every trial is still judged.
        """
        only = np.arange(len(self.codes)) == self._planner.places[trial_id]
        found = Standing(self._planner, self._facts, only)
        found._match = self._match
        return found

    @cached_property
    def determinations(self) -> Mapping[str, Determination]:
        """What the answers say about each trial, by id; it agrees with `assessment.assess`."""
        trials, codes = self._planner.interview.trials, self.codes.tolist()
        return {trial.id: CODES[code] for trial, code in zip(trials, codes, strict=True)}

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
        return self._planner._criteria.codes(self._match.truths)

    def blockers(self, place: int) -> list[Criterion]:
        """Return the criteria that do not permit, of the trial at this place among the codes."""
        first, end = self.criteria_starts[place : place + 2].tolist()
        codes = self.criteria_codes[first:end].tolist()
        return [one for (_, one), code in zip(self.criteria[first:end], codes, strict=True) if code == FALSE]

    def told(self, *, over: bool) -> Told:
        """Return the findings as far as the person may be told them; `over`: no question waits any more."""
        return Told(self._planner.asking, self.criteria_codes, self.shown_codes, self._facts, over=over)

    @cached_property
    def told_so_far(self) -> Told:
        """The findings as far as the person may be told them while questions wait."""
        return self.told(over=False)

    def most_left(self, place: int) -> int:
        """Return how many questions at most are left for the trial at this place alone; there can be none."""
        return len(self.told_so_far.open_questions(place)) if self.codes[place] == UNKNOWN else 0

    def is_settled(self, place: int) -> bool:
        """Return whether no question left to ask can change the trial at this place, exactly."""
        names = self.told_so_far.open_questions(place) if self.codes[place] == UNKNOWN else ()
        return not any(is_open(name, self._planner.parts(place), self._facts, self._prospects) for name in names)

    def most_asked(self, place: int) -> int:
        """Return how many questions at most can still be asked about the trial at this place, and about red flags."""
        names = self.told_so_far.open_questions(place) if self.codes[place] == UNKNOWN else ()
        return len({*names, *self._flagged})

    def best_fitting(self, among: Marks, most: int, *, without: Collection[str] = ()) -> tuple[Trial, ...]:
        """Return at most `most` of the marked trials that are not ruled out, in the order of the results.

        Those that may fit come before those that are undetermined. What an author keeps back until the questions are
        over counts as unknown, so that the order does not reveal it. `without` are ids of trials to leave out.
        """
        planner, free = self._planner, among.copy()
        free[[planner.places[name] for name in without if name in planner.places]] = False
        found = planner.asking.ranked_fitting(np.flatnonzero(free & (self.shown_codes == TRUE)))
        if len(found) < most:
            open_trials = np.flatnonzero(free & (self.shown_codes == UNKNOWN))
            found += self.told_so_far.ranked(open_trials.tolist())
        return tuple(planner.interview.trials[place] for place in found[:most])

    @cached_property
    def _by_flag(self) -> tuple[frozenset[str], ...]:
        return self._planner._flags.still_open(self._facts)

    @cached_property
    def _flagged(self) -> frozenset[str]:
        return frozenset().union(*self._by_flag)

    @cached_property
    def red_flag_question(self) -> str | None:
        """Return the first red-flag question that can still raise its flag, or None when all flags are settled."""
        return next_red_flag_question(self._planner.interview, self._facts, self._by_flag)

    @cached_property
    def pages_left(self) -> PagesLeft:
        """How many pages will still ask about trials and red flags: about, and at most."""
        places = self._planner._question_places
        return self._open.pages_left([places[name] for name in self._flagged])

    def deciding(self, question_id: str) -> int:
        """Return how many open trials an answer to this question alone could settle."""
        place = self._planner._question_places.get(question_id)
        return 0 if place is None else self._open.settled_by(place)

    @cached_property
    def next_question(self) -> str | None:
        """Return the question to ask now; None at the end."""
        facts = self._facts
        for question_id in self._planner.interview.opening_questions:
            if is_askable(question_id, facts) and self.can_matter(question_id):
                return question_id
        return self.red_flag_question or self._most_telling()

    def can_matter(self, question_id: str) -> bool:
        """Return whether an answer to an unasked question can still raise a red flag or change a determination."""
        if question_id in self._flagged:
            return True
        place = self._planner._question_places.get(question_id)
        return place is not None and self._matters(place)

    def is_likely(self, question_id: str) -> bool:
        """Return whether an unasked question can matter and will likely be asked; inputs of a computed one alike."""
        if question_id in self._flagged:
            return True
        alike, known = self._planner._beside.get(question_id, (question_id,)), self._planner._question_places
        # Which question is next takes longest to tell.
        are_likely = self._open.are_likely([known[name] for name in alike if name in known])
        return (are_likely or self.next_question in alike) and self.can_matter(question_id)

    @cached_property
    def _marked_codes(self) -> Codes:
        """A code per trial likewise, of which those that are not marked count as ruled out."""
        return self.codes if self._among is None else np.where(self._among, self.codes, np.int8(FALSE))

    @cached_property
    def _open(self) -> OpenOccurrences:
        rows, given = self._planner._occurrences, self._facts.answers.given
        asked = np.array([name in given for name in rows.questions], bool)
        return OpenOccurrences(rows, self._marked_codes, self._match.truths, asked)

    def _most_telling(self) -> str | None:
        for place in self._candidates():
            name = self._planner._occurrences.questions[place]
            if is_askable(name, self._facts) and self._matters(place):
                return name
        return None

    def _candidates(self) -> Iterator[int]:
        """Yield the questions with a gain per burden, the greatest first."""
        gains = self._open.gains() / self._planner._burden
        best = int(np.argmax(gains)) if len(gains) else 0
        if len(gains) and gains[best] > 0:
            yield best
            yield from (int(place) for place in np.argsort(-gains, kind="stable") if gains[place] > 0 and place != best)

    def _matters(self, place: int) -> bool:
        """Return whether an answer to a question can still change a determination, exactly."""
        rows, facts = self._planner._occurrences, self._facts
        here, name = self._open.of(place), rows.questions[place]
        if np.any(rows.decisive[here]) and facts.applies(name) is Truth.TRUE:
            return True
        trials = dict.fromkeys(rows.trial[here].tolist())
        return any(is_open(name, self._planner.parts(trial), facts, self._prospects) for trial in trials)
