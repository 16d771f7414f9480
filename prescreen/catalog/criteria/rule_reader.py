"""Reading of rules: mappings of tests on questions, `all`, `any`, `not` and `at_least`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any as Anything

from prescreen.catalog.base.date_limits import DateLimitError, age_test, is_possible, read_age, read_ago, read_day
from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.yaml_documents import Data, Document, Steps
from prescreen.eligibility.criteria.questions import COMPUTED_FROM, Question, QuestionType
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    DateTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Test,
)
from prescreen.eligibility.criteria.units import QuantityError, UnitError, quantity

COMBINING = ("all", "any", "not", "at_least")
_SETS = ("any_of", "all_of", "none_of")
_LIMITS = ("min", "max", "above", "below")
_DATES = ("before", "after", "ago", "age")


@dataclass(frozen=True, slots=True)
class RuleReader:
    """Reads the rules of one document against the question bank.

    `faulty` holds the ids of questions whose own entry is at fault: tests on them are skipped, since the fault is
    reported at the entry.
    """

    document: Document
    questions: Mapping[str, Question]
    faulty: Collection[str] = ()

    def rule(self, data: Data, steps: Steps) -> Rule | None:
        """Return the rule, or None after reporting every fault in it."""
        if not isinstance(data, dict) or not data:
            self._fault(steps, "a rule is a mapping, such as {age: {min: 18}}")
            return None
        parts = [self._entry(key, value, (*steps, key)) for key, value in data.items()]
        known = tuple(part for part in parts if part is not None)
        if len(known) < len(parts):
            return None
        return known[0] if len(known) == 1 else All(known)

    def _entry(self, key: str, data: Data, steps: Steps) -> Rule | None:
        match key:
            case "all" | "any":
                parts = self._parts(data, steps)
                return (All(parts) if key == "all" else Any(parts)) if parts else None
            case "not":
                part = self.rule(data, steps)
                return Not(part) if part is not None else None
            case "at_least":
                return self._at_least(data, steps)
            case _:
                return self._test(key, data, steps)

    def _parts(self, data: Data, steps: Steps) -> tuple[Rule, ...] | None:
        if not isinstance(data, list) or not data:
            self._fault(steps, f"'{steps[-1]}' expects a list of rules, one or more")
            return None
        parts = [self.rule(item, (*steps, index)) for index, item in enumerate(data)]
        known = tuple(part for part in parts if part is not None)
        return known if len(known) == len(parts) else None

    def _at_least(self, data: Data, steps: Steps) -> Rule | None:
        if not isinstance(data, dict) or set(data) != {"count", "of"}:
            self._fault(steps, "'at_least' expects {count: number, of: [rules]}")
            return None
        parts = self._parts(data["of"], (*steps, "of"))
        count = data["count"]
        if not isinstance(count, str) or not count.isascii() or not count.isdigit() or int(count[:9]) < 1:
            self._fault((*steps, "count"), "'count' expects a whole number, 1 or more")
            return None
        if parts is not None and int(count[:9]) > len(parts):
            self._fault((*steps, "count"), f"{count} of {len(parts)} rules can never hold; lower the count")
            return None
        return AtLeast(int(count), parts) if parts else None

    def _test(self, question_id: str, data: Data, steps: Steps) -> Test | None:
        question = self.questions.get(question_id)
        if question is None:
            if question_id not in self.faulty:
                known = [*self.questions, *COMBINING]
                message = f"unknown question '{question_id}'{did_you_mean(question_id, known)}"
                self.document.report(steps, message, at_key=True)
            return None
        match question.type:
            case QuestionType.BOOLEAN:
                return self._boolean_test(question, data, steps)
            case QuestionType.CHOICE:
                return self._option_test(question, data, steps)
            case QuestionType.CHOICES:
                return self._choices_test(question, data, steps)
            case QuestionType.NUMBER:
                return self._number_test(question, data, steps)
            case QuestionType.DATE:
                return self._date_test(question, data, steps)

    def _boolean_test(self, question: Question, data: Data, steps: Steps) -> Test | None:
        if data not in ("true", "false"):
            self._fault(steps, f"'{question.id}' is a boolean question; its test is true or false")
            return None
        return BooleanTest(question.id, data == "true")

    def _option_test(self, question: Question, data: Data, steps: Steps) -> Test | None:
        if isinstance(data, str):
            data = [data]
            options = self._options(question, data, steps, alone=True)
        else:
            options = self._options(question, data, steps)
        return OptionTest(question.id, options) if options else None

    def _choices_test(self, question: Question, data: Data, steps: Steps) -> Test | None:
        if not isinstance(data, dict) or not data:
            wanted = "its test is any_of, all_of or none_of with a list of options"
            self._fault(steps, f"'{question.id}' is a choices question; {wanted}")
            return None
        sets = {key: self._options(question, value, (*steps, key)) for key, value in data.items() if key in _SETS}
        self._refuse_other_keys(data, steps, _SETS)
        if len(sets) < len(data) or not all(sets.values()):
            return None
        test = ChoicesTest(question.id, **sets)
        if test.all_of and len(test.all_of) > 1 and test.all_of & question.exclusive_ids:
            self._fault((*steps, "all_of"), "an exclusive option is never chosen with others")
            return None
        return test

    def _options(self, question: Question, data: Data, steps: Steps, *, alone: bool = False) -> frozenset[str] | None:
        if not isinstance(data, list) or not data or not all(isinstance(item, str) for item in data):
            self._fault(steps, f"'{question.id}' expects option ids, one or a list of them")
            return None
        complete, known = True, question.option_ids
        for index, option in enumerate(data):
            if option not in known:
                near = did_you_mean(str(option), known) or f"; it has: {', '.join(known)}"
                at = steps if alone else (*steps, index)
                self._fault(at, f"unknown option '{option}' of question '{question.id}'{near}")
                complete = False
        return frozenset(str(option) for option in data) if complete else None

    def _number_test(self, question: Question, data: Data, steps: Steps) -> Test | None:
        if isinstance(data, str):
            equal = self._limit(question, data, steps)
            return self._of_age(NumberTest(question.id, equal=equal), question) if equal is not None else None
        if not isinstance(data, dict) or not data:
            wanted = "its test is a number, or limits: min, max, above, below"
            self._fault(steps, f"'{question.id}' is a number question; {wanted}")
            return None
        self._refuse_other_keys(data, steps, _LIMITS)
        limits = {key: self._limit(question, value, (*steps, key)) for key, value in data.items() if key in _LIMITS}
        if len(limits) < len(data) or None in limits.values():
            return None
        test = NumberTest(question.id, **limits)
        return self._of_age(test, question) if self._is_possible(test, question, steps) else None

    def _of_age(self, test: NumberTest, question: Question) -> Test | None:
        """Return a test of an age that is worked out as a test of the date of birth; any other as it is."""
        if question.computed != "age":
            return test
        [birthday] = COMPUTED_FROM["age"]
        # Where the date is missing, the computed question says so.
        return age_test(birthday, test) if birthday in self.questions else None

    def _date_test(self, question: Question, data: Data, steps: Steps) -> Test | None:
        if not isinstance(data, dict) or not data:
            wanted = "its test is a mapping with before, after, ago or age"
            self._fault(steps, f"'{question.id}' is a date question; {wanted}")
            return None
        self._refuse_other_keys(data, steps, _DATES)
        ends = [self._date_ends(key, value, (*steps, key)) for key, value in data.items() if key in _DATES]
        known = [one for found in ends if found for one in found]
        if len(ends) < len(data) or None in ends:
            return None
        test = DateTest(question.id, **_narrowest(known))
        if is_possible(test, question):
            return test
        self._fault(steps, f"no answer to '{question.id}' lies within these limits")
        return None

    def _date_ends(self, key: str, data: Data, steps: Steps) -> list[Mapping[str, Anything]] | None:
        """Return the fields of a test that one key stands for; None after noting every fault in it."""
        if key in ("before", "after"):
            return self._read([(key, steps)], lambda name: read_day(name, data))
        if not isinstance(data, dict) or not data:
            self._fault(steps, f"'{key}' expects limits: min, max, above, below")
            return None
        self._refuse_other_keys(data, steps, _LIMITS)
        read = read_ago if key == "ago" else read_age
        places = [(name, (*steps, name)) for name in data if name in _LIMITS]
        found = self._read(places, lambda name: read(name, data[name]))
        return found if len(places) == len(data) else None

    def _read(
        self, places: list[tuple[str, Steps]], read: Callable[[str], Mapping[str, Anything]]
    ) -> list[Mapping[str, Anything]] | None:
        found: list[Mapping[str, Anything]] = []
        for name, steps in places:
            try:
                found.append(read(name))
            except DateLimitError as error:
                self._fault(steps, str(error))
        return found if len(found) == len(places) else None

    def _limit(self, question: Question, data: Data, steps: Steps) -> Fraction | None:
        if not isinstance(data, str):
            self._fault(steps, "expects a number, or a number and a unit such as '6 wk'")
            return None
        try:
            limit = quantity(data, question.unit)
        except (QuantityError, UnitError) as error:
            self._fault(steps, str(error))
            return None
        if limit not in question.range:
            self._fault(steps, f"{data} lies outside the range of question '{question.id}'")
            return None
        return limit

    def _is_possible(self, test: NumberTest, question: Question, steps: Steps) -> bool:
        low = [limit for limit in (test.min, test.above, question.range.min) if limit is not None]
        high = [limit for limit in (test.max, test.below, question.range.max) if limit is not None]
        if not low or not high or max(low) < min(high) or (max(low) == min(high) and test.holds(max(low))):
            return True
        self._fault(steps, f"no answer to '{question.id}' lies within these limits")
        return False

    def _refuse_other_keys(self, data: dict[str, Data], steps: Steps, known: tuple[str, ...]) -> None:
        for key in data:
            if key not in known:
                message = f"unknown test '{key}'{did_you_mean(key, known) or '; use ' + ', '.join(known)}"
                self.document.report((*steps, key), message, at_key=True)

    def _fault(self, steps: Steps, message: str) -> None:
        self.document.report(steps, message)


def _narrowest(ends: list[Mapping[str, Anything]]) -> dict[str, Anything]:
    """Join limits that may name one field twice, such as `min` and `above`: the narrower counts."""
    joined: dict[str, Anything] = {}
    for name, value in (pair for one in ends for pair in one.items()):
        narrower = max if name in ("first", "min_days", "min_months") else min
        joined[name] = narrower(joined[name], value) if name in joined else value
    return joined
