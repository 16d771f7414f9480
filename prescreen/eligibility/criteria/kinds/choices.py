"""The kind of questions that are answered with a set of options, perhaps an empty one."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import islice, product

from prescreen.eligibility.criteria.kinds.choice import accept_options
from prescreen.eligibility.criteria.kinds.coding import Coding
from prescreen.eligibility.criteria.kinds.kind import Kind, refuse, refuse_unless
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import ChoicesTest, Test, Tested, Value

_MOST_SETS = 256


class Choices(Kind[frozenset[str]]):
    """A question that is answered with a set of its options."""

    value_type = frozenset
    row_name = "options"
    own_keys = frozenset({"options", "prevalence"})

    def expected(self, question: Question) -> str:
        """Return the phrase that describes a valid answer."""
        return "expects a list of option ids"

    def accept(self, question: Question, value: Value, on: date) -> None:
        """Raise ValueRefusedError for anything but options that can be ticked together."""
        if not isinstance(value, frozenset):
            refuse(question, "expects a list of options")
        accept_options(question, sorted(value))
        alone = value & question.exclusive_ids
        together = f"'{', '.join(sorted(alone))}' cannot be chosen with others"
        refuse_unless(not alone or len(value) == 1, question, together)

    def from_json(self, question: Question, raw: object) -> frozenset[str] | None:
        """Read a list of texts; return None for anything else."""
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            return None
        refuse_unless(len(set(raw)) == len(raw), question, "names an option twice")
        return frozenset(raw)

    def to_json(self, value: frozenset[str]) -> list[str]:
        """Return the options in alphabetical order."""
        return sorted(value)

    def from_text(self, question: Question, raw: object, on: date) -> frozenset[str] | None:
        """Read a list of texts; return None for anything else."""
        return self.from_json(question, raw)

    def to_text(self, value: frozenset[str]) -> str:
        """Return the options joined by `+`, or `none`."""
        return "+".join(sorted(value)) or "none"

    def from_row(self, text: str) -> frozenset[str]:
        """Read what `to_row` wrote."""
        return frozenset(json.loads(text))

    def to_row(self, value: frozenset[str]) -> str:
        """Return the options as a list in JSON."""
        return json.dumps(sorted(value))

    def to_number(self, question: Question, value: frozenset[str]) -> int:
        """Return a bit set with the bit of each ticked option set."""
        return sum(1 << place for place, option in enumerate(question.option_ids) if option in value)

    def from_number(self, question: Question, number: Fraction | int) -> frozenset[str] | None:
        """Return the options whose bits are set; None for a number that no set of options has."""
        if not 0 <= number < 1 << len(question.options):
            return None
        return frozenset(option for place, option in enumerate(question.option_ids) if int(number) >> place & 1)

    def coding(self, question: Question) -> Coding[frozenset[str]]:
        """Return the coding as a bit set of the options that can be ticked together, then each exclusive option."""
        together = tuple(option for option in question.option_ids if option not in question.exclusive_ids)
        alone = tuple(option for option in question.option_ids if option in question.exclusive_ids)
        bits = {option: 1 << place for place, option in enumerate(together)}
        bits |= {option: (1 << len(together)) + place for place, option in enumerate(alone)}

        def decode(code: int) -> frozenset[str] | None:
            if not code >> len(together):
                return frozenset(option for option in together if code & bits[option])
            return next((frozenset((option,)) for option in alone if bits[option] == code), None)

        return Coding(lambda value: sum(map(bits.__getitem__, value)), decode, (1 << len(together)) + len(alone) - 1)

    def tested(self, question: Question, value: frozenset[str], answered_on: date, on: date) -> Tested:
        """Return the value as it is."""
        return value

    def representatives(self, question: Question, tests: Sequence[Test], on: date, most: int) -> Iterable[Tested]:
        """Return sets of options, at least one for each way in which the tests can judge a set."""
        return islice(_telling_sets(question, tests), most + 1)

    def instead(
        self, question: Question, said: frozenset[str], tests: Sequence[Test], answered_on: date, on: date
    ) -> Iterable[frozenset[str]]:
        """Return the sets in the order of how many ticks differ, fewest first."""
        return sorted(islice(_telling_sets(question, tests), _MOST_SETS + 1), key=lambda ticks: len(ticks ^ said))


def _telling_sets(question: Question, tests: Sequence[Test]) -> Iterator[frozenset[str]]:
    """Yield sets of options; those that no test distinguishes are ticked together or, for `all_of`, all but one."""
    choices = [test for test in tests if isinstance(test, ChoicesTest)]
    alike: dict[tuple[bool, ...], list[str]] = {}
    for option in sorted(frozenset().union(*(test.mentioned for test in choices)) - question.exclusive_ids):
        seen_in = tuple(option in (part or ()) for test in choices for part in (test.any_of, test.all_of, test.none_of))
        alike.setdefault(seen_in, []).append(option)
    ways = [
        [frozenset[str](), frozenset(options), *([frozenset(options[1:])] if len(options) > 1 else [])]
        for options in alike.values()
    ]
    for chosen in product(*ways):
        yield frozenset().union(*chosen)
    yield from (frozenset([alone]) for alone in sorted(question.exclusive_ids))
