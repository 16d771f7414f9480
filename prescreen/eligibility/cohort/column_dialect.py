"""What the compiler requires of an engine: columns that can be compared and combined, and a few named operations."""

from typing import Protocol, Self, TypeVar


class Expression(Protocol):
    """A column of one engine. Comparing and combining columns results in a column; null stands for unknown."""

    def __and__(self, other: Self, /) -> Self: ...
    def __or__(self, other: Self, /) -> Self: ...
    def __invert__(self) -> Self: ...
    def __add__(self, other: Self | int, /) -> Self: ...
    def __mul__(self, other: Self | int, /) -> Self: ...
    def __ge__(self, other: Self | int, /) -> Self: ...
    def __le__(self, other: Self | int, /) -> Self: ...


Column = TypeVar("Column", bound=Expression)


class Dialect(Protocol[Column]):
    """The few operations of an engine that are not operators of its columns."""

    def column(self, name: str) -> Column:
        """Return the column with this name."""

    def constant(self, truth: bool | None) -> Column:
        """Return a truth value that is the same for every person; None is unknown."""

    def among(self, column: Column, numbers: tuple[int, ...]) -> Column:
        """Return whether the column's number is one of these."""

    def bits(self, column: Column, mask: int) -> Column:
        """Return the bitwise AND of the column and a mask."""

    def count(self, column: Column, *, unknown: bool) -> Column:
        """Return 1 where a truth value is true (with `unknown`: is unknown), else 0."""

    def wide(self, column: Column) -> Column:
        """Return the column as a whole number of up to 38 digits."""

    def whole(self, number: int) -> Column:
        """Return a constant of up to 38 digits."""

    def days(self, column: Column) -> Column:
        """Return the number of days from 1970-01-01 to a date."""

    def calendar(self, column: Column) -> tuple[Column, Column, Column]:
        """Return the year, month and day of the month of a date."""
