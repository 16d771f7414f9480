"""Made-up people whose answers meet in pairs: each value of a question that a trial tells apart, with each of others.

Faults of rules lie mostly where two answers meet. A number is taken at each limit and one step beside it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import NumberTest, Rule, Test, Tested, evaluate, questions_in, truth_of
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth, all_of
from prescreen.eligibility.drafting.possible_answers import Person, Space, Wanted

MOST_PAIRS = 20_000
"""So many pairs take some seconds; a trial with more of them gets no people."""

Said = Mapping[str, Tested]
"""What a person answers, by question; a computed question has the value that it comes to."""

Pair = tuple[tuple[str, Tested], tuple[str, Tested]]


class TooManyPairsError(ValueError):
    """Raised for a trial whose rules tell too many pairs of answers apart."""

    def __init__(self, pairs: int) -> None:
        self.pairs = pairs
        super().__init__(f"its rules tell {pairs} pairs of answers apart; people are made up for at most {MOST_PAIRS}")


@dataclass(frozen=True)
class Meetings:
    """The values that a trial's rules tell apart, by question, those that others depend on first."""

    trial: Trial
    space: Space

    @classmethod
    def of(cls, trial: Trial, bank: QuestionBank, on: date) -> "Meetings":
        """Return the values that the rules of a trial tell apart on a day, those of each cohort among them."""
        return cls(trial, Space.of([one.rule for one in (*trial.ruled, *trial.authored) if one.rule], bank, on))

    @cached_property
    def values(self) -> dict[str, list[Tested]]:
        """The values of each question that is asked or computed from others; sources of a computed one have none."""
        bank = self.space.bank
        sources = {name for one in self.space.names for name in bank.sources_of(one)}
        return {name: self._values(bank[name]) for name in self.space.names if name not in sources}

    def _values(self, question: Question) -> list[Tested]:
        if question.type is QuestionType.CHOICES:
            return self._ticks(question)
        if question.type is not QuestionType.NUMBER:
            return self.space.values(question.id)
        tests = [one for one in self.space.tests if isinstance(one, NumberTest) and one.question == question.id]
        limits = sorted({limit for test in tests for limit in test.limits})
        beside = (limit + step for limit in limits for step in (-1, 1) if _differ(tests, limit, limit + step))
        told = {number for number in (*limits, *beside) if number in question.range}
        return [*sorted(told)] or self.space.values(question.id)

    def _ticks(self, question: Question) -> list[Tested]:
        """Return sets of at most one tick, and the smallest with which each test has each of its results.

        All sets that tests tell apart are too many: two lists of six groups of options have 4,096 pairs of sets.
        """
        told = self.space.values(question.id)
        few = [value for value in told if isinstance(value, frozenset) and len(value) <= 1]
        known = {(test, truth_of(test, value)) for test in self._tests(question) for value in few}
        for value in told:
            new = {(test, truth_of(test, value)) for test in self._tests(question)} - known
            few += [value] if new and isinstance(value, frozenset) else []
            known |= new
        return [*few]

    def _tests(self, question: Question) -> list[Test]:
        return [test for test in self.space.tests if test.question == question.id]

    def count(self) -> int:
        """Return how many pairs there are, met or not."""
        sizes = [len(values) for values in self.values.values()]
        return sum(one * other for one, other in combinations(sizes, 2))

    def pairs(self) -> Iterator[Pair]:
        """Yield every pair of values of two questions."""
        for one, other in combinations(self.values, 2):
            for value in self.values[one]:
                yield from (((one, value), (other, met)) for met in self.values[other])

    def with_all(self, given: Said, *rules: tuple[Rule, Truth]) -> Said | None:
        """Return answers to which these belong, and where they apply and the rules have these truths; else None."""
        gates = [gate for name in given for gate in self.space.bank.gates_of(name)]
        wanted = [*((gate, Truth.TRUE) for gate in gates), *rules]
        if not wanted:
            return given
        tested = dict.fromkeys(name for rule, _ in wanted for name in questions_in(rule))
        reached = self.space.bank.reached_from(tuple(tested))
        found = self.space.answers_with([(Wanted(rule, truth, given),) for rule, truth in wanted])
        if found is None:
            return None
        return {**{name: self._near(name, found[name]) for name in reached if name in found}, **given}

    def _near(self, name: str, value: Tested) -> Tested:
        """Return a value of a question that tests judge alike, near to a limit where it has one."""
        tests = self._tests(self.space.bank[name])
        alike = [one for one in self.values.get(name, ()) if all(truth_of(t, one) is truth_of(t, value) for t in tests)]
        return value if value in alike or not alike else alike[0]

    def applies(self, name: str, said: Said) -> bool:
        """Whether a question applies to who answers so."""
        return all_of(_truths(self.space.bank, name, said)) is Truth.TRUE


def _differ(tests: Iterable[NumberTest], one: Fraction, other: Fraction) -> bool:
    return any(truth_of(test, one) is not truth_of(test, other) for test in tests)


def people(trial: Trial, bank: QuestionBank, on: date) -> list[Said]:
    """Return what each of a few people answers: every pair of values that can meet is met in one of them.

    The first of them fits, where anybody does, and the next ones each cohort. Then every criterion with a rule, those
    of cohorts too, permits one of them and does not permit another, where it can. Raise TooManyPairsError for a trial
    with more than MOST_PAIRS.
    """
    meetings = Meetings.of(trial, bank, on)
    count = meetings.count()
    if count > MOST_PAIRS:
        raise TooManyPairsError(count)
    search = _Search.of(meetings)
    return [*search.fitting(), *search.judged(), *search.meeting()]


@dataclass
class _Search:
    """Makes up people one after another, each with as many pairs as possible that nobody before has met."""

    meetings: Meetings
    left: dict[Pair, Said]
    open: Counter[tuple[str, Tested]]
    usual: Said | None = None

    @classmethod
    def of(cls, meetings: Meetings) -> "_Search":
        """Return a search for every pair that can be met, with answers with which it can."""
        found = ((pair, meetings.with_all(dict(pair))) for pair in meetings.pairs())
        left = {pair: said for pair, said in found if said is not None}
        return cls(meetings, left, Counter(one for pair in left for one in pair))

    def fitting(self) -> Iterator[Said]:
        """Yield a person whom every criterion permits, if there is one; of a trial with cohorts, one for each."""
        trial = self.meetings.trial
        for own in [cohort.criteria for cohort in trial.cohorts] or [()]:
            permits = [(rule, Truth.TRUE) for one in (*trial.common, *own) if (rule := one.permitting_rule)]
            found = self.meetings.with_all({}, *permits)
            if found is not None:
                self.usual = self.usual or found
                yield self._made(found)

    def judged(self) -> Iterator[Said]:
        """Yield for each criterion somebody whom it does not permit, and if need be one whom it does."""
        trial = self.meetings.trial
        for criterion in trial.authored:
            permits = criterion.permitting_rule
            is_met = self.usual is not None and criterion in trial.common
            for truth in (Truth.FALSE,) if is_met else (Truth.FALSE, Truth.TRUE):
                found = self.meetings.with_all({}, (permits, truth)) if permits else None
                if found is not None:
                    yield self._made(found)

    def meeting(self) -> Iterator[Said]:
        """Yield people until no pair is left that can be met."""
        while self.left:
            pair, fixed = next(iter(self.left.items()))
            said = self._whole(dict(pair))
            if not dict(pair).items() <= said.items():
                said = self._whole(fixed)
            self._meet([pair, *combinations(said.items(), 2)])
            yield said

    def _made(self, fixed: Said) -> Said:
        """Return a whole person with these answers, and note whom they meet."""
        said = self._whole(fixed)
        self._meet(combinations(said.items(), 2))
        return said

    def _whole(self, fixed: Said) -> Said:
        """Return a person with these answers, as far as they apply, whose other answers meet the most that is left."""
        said: dict[str, Tested] = {}
        for name in self.meetings.values:
            if self.meetings.applies(name, said):
                said[name] = fixed[name] if name in fixed else self._best(name, said, fixed)
        return said

    def _meet(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            if self.left.pop(pair, None) is not None:
                self.open.subtract(pair)

    def _best(self, name: str, said: Said, fixed: Said) -> Tested:
        """Return the value that meets and opens the most of what is left, on a tie that of the person who fits."""
        usual = (self.usual or {}).get(name)
        values = sorted(self._allowed(name, said, fixed), key=lambda value: value != usual)

        def worth(value: Tested) -> tuple[int, int]:
            met = (name, value)
            opened = self._opened(name, {**said, **dict([met])})
            return sum((one, met) in self.left for one in said.items()) + opened, self.open[met]

        return max(values, key=worth)

    def _opened(self, name: str, said: Said) -> int:
        """Return how many pairs are left for values of the questions that apply by this answer."""
        bank = self.meetings.space.bank
        gated = (one for one in self.gated.get(name, ()) if all_of(_truths(bank, one, said)) is Truth.TRUE)
        return sum(self.open[one, value] > 0 for one in gated for value in self.meetings.values[one])

    @cached_property
    def gated(self) -> Mapping[str, list[str]]:
        """The questions that apply by the answer to each question."""
        found: dict[str, list[str]] = {}
        for name in self.meetings.values:
            gates = self.meetings.space.bank.gates_of(name)
            for opening in dict.fromkeys(one for gate in gates for one in questions_in(gate)):
                found.setdefault(opening, []).append(name)
        return found

    def _allowed(self, name: str, said: Said, fixed: Said) -> list[Tested]:
        """Return the values with which the fixed answers may still apply, or all where none is known to keep them.

        Of a list that opens questions, sets of several ticks are among them: they open several at once.
        """
        values = [*self.meetings.values[name], *(self.meetings.space.values(name) if name in self.gated else ())]
        bank = self.meetings.space.bank
        gates = [gate for one in bank.reached_from(tuple(fixed)) for gate in bank.gates_of(one)]
        bearing = [gate for gate in gates if name in questions_in(gate)]
        kept = [value for value in values if self._keeps(bearing, {**said, **fixed, name: value})]
        return kept or values

    def _keeps(self, gates: list[Rule], said: Said) -> bool:
        person = Person(self.meetings.space.bank, said, {})
        return all(evaluate(gate, person) is not Truth.FALSE for gate in gates)


def _truths(bank: QuestionBank, name: str, said: Said) -> Iterator[Truth]:
    """Yield the truth of each condition under which a question applies."""
    person = Person(bank, said, {})
    return (evaluate(gate, person) for gate in bank.gates_of(name))
