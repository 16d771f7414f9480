"""Expressions that are put together first and worked out later, for as many people at once as one likes.

Nothing changes a term once it is made. The classes are not frozen all the same: a trial makes a hundred of them, and
freezing them would take a sixth of the time of compiling it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from prescreen.storage.cohort.bitsets.bits import Numbers
from prescreen.storage.cohort.bitsets.chosen_options import Chosen, Ticks
from prescreen.storage.cohort.bitsets.evaluation import Reading, Value, reaching, truths_of
from prescreen.storage.cohort.bitsets.truths import Truths, every, some
from prescreen.storage.cohort.bitsets.whole_numbers import Tally, Whole

_LAST_YEAR = 9999


class Term:
    """A column that is not worked out yet: a truth value or a whole number for each person."""

    __slots__ = ()

    def value(self, people: Reading) -> Value:
        """Work it out; TypeError where a part is of another kind than is needed."""
        raise TypeError(f"{self} can only stand on the right of an operator")

    def __and__(self, other: "Term") -> "Term":
        return Every((*(self.parts if isinstance(self, Every) else (self,)), other))

    def __or__(self, other: "Term") -> "Term":
        return Some((*(self.parts if isinstance(self, Some) else (self,)), other))

    def __invert__(self) -> "Term":
        return self.part if isinstance(self, Opposite) else Opposite(self)

    def __add__(self, other: "Term | int") -> "Term":
        return Sum(self, _number(other))

    def __mul__(self, other: "Term | int") -> "Term":
        return Product(self, _number(other))

    def __ge__(self, other: "Term | int") -> "Term":
        return AtLeast(self, _number(other))

    def __le__(self, other: "Term | int") -> "Term":
        limit = _number(other)
        # Among whole numbers, "at most 5" is "not at least 6".
        return Opposite(AtLeast(self, limit + 1)) if isinstance(limit, int) else AtLeast(limit, self)


def _number(term: Term | int) -> Term | int:
    return term.number if isinstance(term, Fixed) else term


@dataclass(slots=True, eq=False)
class Named(Term):
    """The column with a name."""

    name: str

    def value(self, people: Reading) -> Value:
        """Return the column."""
        return people.columns[self.name]


@dataclass(slots=True, eq=False)
class Constant(Term):
    """The same truth value for everybody; None is unknown."""

    truth: bool | None

    def value(self, people: Reading) -> Truths:
        """Return it for everybody."""
        nobody = people.everybody ^ people.everybody
        if self.truth is None:
            return Truths(nobody, nobody)
        return Truths(people.everybody, nobody) if self.truth else Truths(nobody, people.everybody)


@dataclass(slots=True, eq=False)
class Fixed(Term):
    """The same whole number for everybody."""

    number: int


@dataclass(slots=True, eq=False)
class Every(Term):
    """Kleene's "and"."""

    parts: tuple[Term, ...]

    def value(self, people: Reading) -> Truths:
        """Work out part after part."""
        return every(map(people.truths, self.parts))


@dataclass(slots=True, eq=False)
class Some(Term):
    """Kleene's "or"."""

    parts: tuple[Term, ...]

    def value(self, people: Reading) -> Truths:
        """Work out part after part."""
        return some(map(people.truths, self.parts))


@dataclass(slots=True, eq=False)
class Opposite(Term):
    """Kleene's "not"."""

    part: Term

    def value(self, people: Reading) -> Truths:
        """Let the planes change places."""
        return people.truths(self.part).opposite


@dataclass(slots=True, eq=False)
class Among(Term):
    """Whether an option is one of these."""

    part: Term
    places: tuple[int, ...]

    def value(self, people: Reading) -> Truths:
        """Find who chose one of them."""
        chosen = self.part.value(people)
        if not isinstance(chosen, Chosen):
            raise TypeError(f"{self.part} holds no choice")
        return chosen.among(self.places)


@dataclass(slots=True, eq=False)
class Masked(Term):
    """Some bits of ticked options."""

    part: Term
    mask: int

    def value(self, people: Reading) -> Ticks:
        """Return those bits alone."""
        ticks = self.part.value(people)
        if not isinstance(ticks, Ticks):
            raise TypeError(f"{self.part} holds no options")
        return Ticks(ticks.known, {place: plane for place, plane in ticks.planes.items() if self.mask >> place & 1})


@dataclass(slots=True, eq=False)
class Count(Term):
    """1 where a truth value is true (or, if so told, unknown), else 0."""

    part: Term
    unknown: bool

    def value(self, people: Reading) -> Tally:
        """Return a plane to be counted."""
        holds, fails = truths_of(people.once(self.part))
        return Tally(people.everybody, (people.everybody ^ fails if self.unknown else holds,))


@dataclass(slots=True, eq=False)
class Sum(Term):
    """Two numbers added; counts stay planes as long as there are only counts."""

    left: Term
    right: Term | int

    def value(self, people: Reading) -> Value:
        """Add."""
        if isinstance(self.right, int):
            return people.numbers(self.left).plus(self.right)
        one, other = people.once(self.left), people.once(self.right)
        if isinstance(one, Tally) and isinstance(other, Tally):
            return Tally(people.everybody, one.planes + other.planes)
        return people.numbers(self.left).added(people.numbers(self.right))


@dataclass(slots=True, eq=False)
class Product(Term):
    """Two numbers multiplied."""

    left: Term
    right: Term | int

    def value(self, people: Reading) -> Whole:
        """Multiply."""
        one = people.numbers(self.left)
        return one.times(self.right) if isinstance(self.right, int) else one.multiplied(people.numbers(self.right))


@dataclass(slots=True, eq=False)
class AtLeast(Term):
    """Whether a number is at least another."""

    left: Term
    right: Term | int

    def value(self, people: Reading) -> Truths:
        """Compare with a limit; of two numbers, their difference with zero."""
        if isinstance(self.right, int) and isinstance(self.left, Named):
            return people.column_reaching(self.left.name, self.right)
        if isinstance(self.right, int):
            return reaching(people.once(self.left), self.right)
        return people.numbers(self.left).added(people.numbers(self.right).times(-1)).at_least(0)


@dataclass(slots=True, eq=False)
class CalendarPart(Term):
    """The year, month or day number of a day that is given as days since 1970."""

    part: Term
    read: Callable[[Numbers], Numbers]

    def value(self, people: Reading) -> Whole:
        """Read the calendar."""
        days = people.numbers(self.part)
        return Whole(days.known, self.read(days.plain()), _LAST_YEAR)
