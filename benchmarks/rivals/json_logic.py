"""JSON Logic, which has no third value: two trees a trial. Once in plain Python, once in Rust (datalogic)."""

import json
from collections.abc import Sequence

from benchmarks.base.workload import Values
from benchmarks.rivals.rule_folding import Sense, formula
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import BooleanTest, ChoicesTest, NumberTest, OptionTest, Test
from prescreen.eligibility.criteria.trials import Trial

Tree = dict[str, object] | bool


class _Trees:
    def every(self, parts: Sequence[Tree]) -> Tree:
        return {"and": list(parts)} if parts else True

    def some(self, parts: Sequence[Tree]) -> Tree:
        return {"or": list(parts)} if parts else False

    def negated(self, part: Tree) -> Tree:
        return {"!": [part]}

    def test(self, test: Test, sense: Sense) -> Tree:
        value = {"var": test.question}
        holds = self._holds(value, test)
        if sense is Sense.POSSIBLY:
            return {"or": [{"===": [value, None]}, holds]}
        return {"and": [{"!==": [value, None]}, holds]}

    def _holds(self, value: Tree, test: Test) -> Tree:
        match test:
            case BooleanTest():
                return {"===": [value, test.expected]}
            case OptionTest():
                return {"in": [value, sorted(test.options)]}
            case ChoicesTest():
                return self._ticks(value, test)
            case NumberTest():
                signs = zip(("==", ">=", "<=", ">", "<"), _limits(test), strict=True)
                return self.every([{sign: [value, int(limit)]} for sign, limit in signs if limit is not None])

    def _ticks(self, value: Tree, test: ChoicesTest) -> Tree:
        def ticked(options: frozenset[str] | None) -> list[Tree]:
            return [{"in": [option, value]} for option in sorted(options or ())]

        parts = ticked(test.all_of)
        parts += [self.some(ticked(test.any_of))] if test.any_of is not None else []
        parts += [self.negated(self.some(ticked(test.none_of)))] if test.none_of is not None else []
        return self.every(parts)


def _limits(test: NumberTest) -> tuple[object, ...]:
    return test.equal, test.min, test.max, test.above, test.below


def _pairs(trials: Sequence[Trial]) -> list[tuple[Tree, Tree]]:
    trees = _Trees()
    return [(formula(trial, trees, Sense.POSSIBLY), formula(trial, trees, Sense.CERTAINLY)) for trial in trials]


def _nothing_missing(bank: QuestionBank, values: Values) -> dict[str, object]:
    given = {question.id: values.get(question.id) for question in bank}
    return {name: list(value) if isinstance(value, frozenset) else value for name, value in given.items()}


class JsonLogicInPython:
    """json-logic-qubit, the fastest implementation in plain Python."""

    name = "json-logic (Python)"
    most_trials = 1_000

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        from json_logic import jsonLogic

        self._bank, self._evaluate, self._trials = bank, jsonLogic, _pairs(trials)

    def judge(self, values: Values) -> list[int]:
        given, evaluate = _nothing_missing(self._bank, values), self._evaluate
        return [
            (2 if evaluate(certainly, given) else 1) if evaluate(possibly, given) else 0
            for possibly, certainly in self._trials
        ]


class JsonLogicInRust:
    """datalogic-py: compiled once, and a person's answers converted once."""

    name = "json-logic (Rust, datalogic)"
    most_trials = 10_000

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        import datalogic_py

        engine = datalogic_py.Engine()
        self._bank, self._handle, self._is = bank, datalogic_py.DataHandle, engine.session().evaluate_bool
        self._trials = [(engine.compile(one), engine.compile(other)) for one, other in _pairs(trials)]

    def judge(self, values: Values) -> list[int]:
        given, true = self._handle(json.dumps(_nothing_missing(self._bank, values))), self._is
        return [
            (2 if true(certainly, given) else 1) if true(possibly, given) else 0 for possibly, certainly in self._trials
        ]
