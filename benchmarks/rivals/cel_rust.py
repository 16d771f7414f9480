"""CEL in Rust (common-expression-language). A missing answer is an error there, and and/or treat errors as unknown.

Short, since each rival is a module of its own: one that is not installed must not keep the others out.
"""

from collections.abc import Sequence

from benchmarks.base.workload import Values
from benchmarks.rivals.expression_text import Spelling
from benchmarks.rivals.rule_folding import Sense, formula
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial

_CEL = Spelling(both=" && ", either=" || ", negation="!({})", name="a.{}", ticked="{1} in {0}")


class CelInRust:
    """Each trial a compiled program."""

    name = "CEL in Rust"
    most_trials = 10_000

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        import cel

        self._context = cel.Context
        self._programs = [cel.compile(formula(trial, _CEL, Sense.OWN)) for trial in trials]

    def judge(self, values: Values) -> list[int]:
        given = {name: list(value) if isinstance(value, frozenset) else value for name, value in values.items()}
        context = self._context(variables={"a": given})
        return [_code(program, context) for program in self._programs]


def _code(program: object, context: object) -> int:
    try:
        return 2 if program.execute(context) else 0
    except KeyError:
        return 1
