"""Rules as text, for engines that take an expression."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.rivals.rule_folding import Sense
from prescreen.eligibility.criteria.rules import BooleanTest, ChoicesTest, NumberTest, OptionTest, Test


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """The syntax of one expression language; the patterns are filled with str.format."""

    both: str = " and "
    either: str = " or "
    negation: str = "not ({})"
    name: str = "{}"
    known: str = "{} != null"
    unknown: str = "{} == null"
    equal: str = "{} == {}"
    among: str = "{} in [{}]"
    ticked: str = "contains({}, {})"
    quote: str = '"{}"'

    def every(self, parts: Sequence[str]) -> str:
        return f"({self.both.join(parts)})" if parts else "true"

    def some(self, parts: Sequence[str]) -> str:
        return f"({self.either.join(parts)})" if parts else "false"

    def negated(self, part: str) -> str:
        return self.negation.format(part)

    def test(self, test: Test, sense: Sense) -> str:
        name = self.name.format(test.question)
        holds = self.holds(name, test)
        match sense:
            case Sense.OWN:
                return holds
            case Sense.POSSIBLY:
                return self.some([self.unknown.format(name), holds])
            case Sense.CERTAINLY:
                return self.every([self.known.format(name), holds])

    def holds(self, name: str, test: Test) -> str:
        match test:
            case BooleanTest():
                return "(" + self.equal.format(name, str(test.expected).lower()) + ")"
            case OptionTest():
                options = ", ".join(map(self.quote.format, sorted(test.options)))
                return "(" + self.among.format(name, options) + ")"
            case ChoicesTest():
                return self.ticks(name, test)
            case NumberTest():
                limits = zip(self.signs(), (test.equal, test.min, test.max, test.above, test.below), strict=True)
                return self.every([sign.format(name, limit) for sign, limit in limits if limit is not None])

    def signs(self) -> Sequence[str]:
        return (self.equal, "{} >= {}", "{} <= {}", "{} > {}", "{} < {}")

    def ticks(self, name: str, test: ChoicesTest) -> str:
        def ticked(options: frozenset[str] | None) -> list[str]:
            return [self.ticked.format(name, self.quote.format(option)) for option in sorted(options or ())]

        parts = ticked(test.all_of)
        parts += [self.some(ticked(test.any_of))] if test.any_of is not None else []
        parts += [self.negated(self.some(ticked(test.none_of)))] if test.none_of is not None else []
        return self.every(parts)
