"""The number of questions until every trial is settled: this project's order, the most popular first, the bound."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from benchmarks.base.timing import Range
from benchmarks.base.workload import ON, Values, answers
from benchmarks.interview.question_lower_bound import fewest_questions, parts_of
from benchmarks.matching.contest import plainly
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.eligibility.criteria.rules import All, Any, AtLeast, Not, Rule, evaluate, questions_in
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.matching.planner import Planner


@dataclass(frozen=True)
class Yardsticks:
    """The numbers for the same people with other orders (shape: people)."""

    popular: Sequence[int]
    fewest: Sequence[int]

    def ratios(self, asked: Sequence[int]) -> Range:
        """Return the ratio of questions to the bound: the mean over people, and the best and the worst person."""
        ratios = [one / max(bound, 1) for one, bound in zip(asked, self.fewest, strict=True)]
        return Range(sum(ratios) / len(ratios), min(ratios), max(ratios))


@dataclass(frozen=True)
class Interviews:
    """How many questions each person was asked, and the seconds per choice of a question."""

    asked: Sequence[int]
    picks: Range


def yardsticks(bank: QuestionBank, trials: Sequence[Trial], people: Sequence[Values]) -> Yardsticks:
    """Ask these people the most popular questions first, and compute their bounds."""
    parts = [(trial, parts_of(trial)) for trial in trials]
    return Yardsticks(
        [len(_PopularFirst(bank, parts, values).asked()) for values in people],
        [fewest_questions(bank, parts, values) for values in people],
    )


def interviews(planner: Planner, people: Sequence[Values]) -> Interviews:
    """Hold an interview with each of these people, who answer everything. Raise AssertionError for a wrong result."""
    picks: list[float] = []
    asked = [_asked(planner, values, picks) for values in people]
    return Interviews(asked, Range.of(picks))


def _asked(planner: Planner, values: Values, picks: list[float]) -> int:
    """Return how many questions the planner asks; the seconds of each choice are appended to `picks`."""
    bank, said = planner.interview.bank, answers(values)
    given: dict[str, Answer] = {}
    while True:
        facts = Facts(bank, Answers(given), ON)
        start = perf_counter()
        name = planner.next_question(facts)
        picks.append(perf_counter() - start)
        if name is None:
            break
        given = {**given, name: said.given[name]}
    trials = planner.interview.trials
    if plainly(bank, trials, {name: values[name] for name in given}) != plainly(bank, trials, values):
        raise AssertionError("an interview stopped too early")
    return len(given)


class _PopularFirst:
    """Asks the question that is in most open criteria of open trials."""

    def __init__(self, bank: QuestionBank, parts: Sequence[tuple[Trial, Sequence[Rule]]], values: Values) -> None:
        self._said = answers(values)
        self._facts = Facts(bank, Answers(), ON)
        self._open: dict[int, dict[int, Rule]] = {
            trial: dict(enumerate(rules)) for trial, (_, rules) in enumerate(parts)
        }
        self._standing: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self._live: dict[tuple[int, int], frozenset[str]] = {}
        self._counts: Counter[str] = Counter()
        for trial, rules in self._open.items():
            for place, rule in rules.items():
                for name in questions_in(rule):
                    self._standing[name].add((trial, place))
                self._count((trial, place), rule)

    def asked(self) -> list[str]:
        """Return the questions in the order in which they are asked."""
        asked: list[str] = []
        while +self._counts:
            name = max(self._counts, key=lambda one: (self._counts[one], one))
            asked.append(name)
            self._hear(name)
        return asked

    def _hear(self, name: str) -> None:
        bank, said = self._facts.bank, self._facts.answers
        self._facts = Facts(bank, said.having(name, self._said.given[name]), ON)
        for trial, place in self._standing.pop(name):
            rule = self._open.get(trial, {}).get(place)
            if rule is None:
                continue
            truth = evaluate(rule, self._facts)
            if truth is Truth.FALSE:
                for other in self._open.pop(trial):
                    self._forget((trial, other))
            elif truth is Truth.TRUE:
                del self._open[trial][place]
                self._forget((trial, place))
            else:
                self._forget((trial, place))
                self._count((trial, place), rule)

    def _count(self, key: tuple[int, int], rule: Rule) -> None:
        self._live[key] = _still_open(rule, self._facts)
        self._counts.update(self._live[key])

    def _forget(self, key: tuple[int, int]) -> None:
        self._counts.subtract(self._live.pop(key))


def _still_open(rule: Rule, facts: Facts) -> frozenset[str]:
    """Return the unasked questions of those parts of a rule that are not settled."""
    if evaluate(rule, facts) is not Truth.UNKNOWN:
        return frozenset()
    match rule:
        case All(parts) | Any(parts) | AtLeast(_, parts):
            return frozenset().union(*(_still_open(part, facts) for part in parts))
        case Not(part):
            return _still_open(part, facts)
        case _:
            return frozenset({rule.question})


def without_priors(bank: QuestionBank) -> QuestionBank:
    """Return the bank of an operator who does not know the prevalence of answers."""
    bare: Mapping[str, Question] = {question.id: replace(question, prevalence={}) for question in bank}
    return QuestionBank(bare)
