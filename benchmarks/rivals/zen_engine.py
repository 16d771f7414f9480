"""zen-engine (Rust). It has no third value: two compiled expressions a trial, and each is handed only what it reads.

Each rival is a module of its own: one that is not installed must not keep the others out.
"""

from collections.abc import Sequence

from benchmarks.base.workload import Values
from benchmarks.rivals.expression_text import Spelling
from benchmarks.rivals.rule_folding import Sense, formula
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial

_ZEN = Spelling()


class ZenEngine:
    """The binding copies the whole dict on every call, so a smaller dict is in its favour."""

    name = "zen-engine"
    most_trials = 10_000

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        import zen

        self._trials = [
            (
                zen.compile_expression(formula(trial, _ZEN, Sense.POSSIBLY)),
                zen.compile_expression(formula(trial, _ZEN, Sense.CERTAINLY)),
                trial.questions(bank),
            )
            for trial in trials
        ]

    def judge(self, values: Values) -> list[int]:
        given = {name: list(value) if isinstance(value, frozenset) else value for name, value in values.items()}
        codes = []
        for possibly, certainly, names in self._trials:
            own = {name: given.get(name) for name in names}
            codes.append((2 if certainly.evaluate(own) else 1) if possibly.evaluate(own) else 0)
        return codes
