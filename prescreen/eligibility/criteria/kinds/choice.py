"""The kind of questions that are answered with one of several options."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from prescreen.eligibility.criteria.kinds.coding import Coding, listed
from prescreen.eligibility.criteria.kinds.kind import Kind, refuse_unless
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import OptionTest, Test, Tested, Value


class Choice(Kind[str]):
    """A question that is answered with one of its options."""

    value_type = str
    row_name = "option"
    own_keys = frozenset({"options", "prevalence"})

    def expected(self, question: Question) -> str:
        """Return the phrase that describes a valid answer."""
        return "expects the id of one option"

    def accept(self, question: Question, value: Value, on: date) -> None:
        """Raise ValueRefusedError for anything but an option."""
        accept_options(question, [value])

    def from_json(self, question: Question, raw: object) -> str | None:
        """Return a text, None for anything else; `accept` checks that it is an option."""
        return raw if isinstance(raw, str) else None

    def to_json(self, value: str) -> str:
        """Return the option."""
        return value

    def from_text(self, question: Question, raw: object, on: date) -> str | None:
        """Return a text, None for anything else; `accept` checks that it is an option."""
        return raw if isinstance(raw, str) else None

    def to_text(self, value: str) -> str:
        """Return the option."""
        return value

    def from_row(self, text: str) -> str:
        """Return the option."""
        return text

    def to_row(self, value: str) -> str:
        """Return the option."""
        return value

    def to_number(self, question: Question, value: str) -> int | None:
        """Return the index of the option; None where the question has no such option."""
        return question.option_ids.index(value) if value in question.option_ids else None

    def from_number(self, question: Question, number: Fraction | int) -> str | None:
        """Return the option with this index; None where there is none."""
        return question.option_ids[int(number)] if 0 <= number < len(question.options) else None

    def coding(self, question: Question) -> Coding[str]:
        """Return the coding as the index of the option."""
        return listed(question.option_ids)

    def listed(self, question: Question) -> list[str]:
        """Return every option."""
        return list(question.option_ids)

    def tested(self, question: Question, value: str, answered_on: date, on: date) -> Tested:
        """Return the value as it is."""
        return value

    def representatives(self, question: Question, tests: Sequence[Test], on: date, most: int) -> Iterable[Tested]:
        """Return one option from each group of options that no test distinguishes."""

        def seen_by(option: str) -> tuple[bool, ...]:
            return tuple(option in test.options for test in tests if isinstance(test, OptionTest))

        return {seen_by(option): option for option in question.option_ids}.values()


def accept_options(question: Question, values: Iterable[Value]) -> None:
    """Raise ValueRefusedError for the first value that is not an option of the question."""
    for value in values:
        known = ", ".join(question.option_ids)
        refuse_unless(value in question.option_ids, question, f"'{value}' is not one of its options: {known}")
