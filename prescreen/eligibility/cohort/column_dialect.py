"""What the compiler asks of an engine: columns that can be compared and combined, and a few things by name."""

from typing import Protocol, Self, TypeVar


class Expression(Protocol):
    """A column of one engine. Comparing and combining gives a column; null stands for unknown."""

    def __and__(self, other: Self, /) -> Self: ...
    def __or__(self, other: Self, /) -> Self: ...
    def __invert__(self) -> Self: ...
    def __add__(self, other: Self | int, /) -> Self: ...
    def __mul__(self, other: Self | int, /) -> Self: ...
    def __ge__(self, other: Self | int, /) -> Self: ...
    def __le__(self, other: Self | int, /) -> Self: ...


Column = TypeVar("Column", bound=Expression)


class Dialect(Protocol[Column]):
    """What one engine calls the few things that are not operators."""

    def column(self, name: str) -> Column:
        """Return the column with this name."""

    def constant(self, truth: bool | None) -> Column:
        """Return a truth value that is the same for everybody; None is unknown."""

    def among(self, column: Column, numbers: tuple[int, ...]) -> Column:
        """Return whether a number is one of these."""

    def bits(self, column: Column, mask: int) -> Column:
        """Return those bits of a number that the mask has too."""

    def count(self, column: Column, *, unknown: bool) -> Column:
        """Return 1 where a truth value is true (or, if so told, unknown), else 0."""

    def wide(self, column: Column) -> Column:
        """Return a whole number room for 38 digits."""

    def whole(self, number: int) -> Column:
        """Return a constant of up to 38 digits."""

    def days(self, column: Column) -> Column:
        """Return the days from 1970 to a day."""

    def calendar(self, column: Column) -> tuple[Column, Column, Column]:
        """Return year, month and day number of a day."""
