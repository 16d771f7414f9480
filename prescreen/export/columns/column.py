"""The definition of an export's column, for every format and both databases. Each format decides how to write kinds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from prescreen.eligibility.assessment.answer_encoding import to_text
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.rules import Value
from prescreen.export.cell_text import joined, pairs
from prescreen.export.redcap_fields.criteria import Criteria
from prescreen.export.redcap_fields.fields import Field
from prescreen.storage.export.csv_copy import Expression, moment, safe, standing, yes_no
from prescreen.workflow.export.referral_rows import Part, ReferralRow

Cell = str | int | bool | datetime | None
"""The value of one cell of a table. Times are in UTC."""

Found = Cell | tuple[str, ...] | Mapping[str, Value | Declined]
"""The value of a column, before a format writes it."""


class Group(StrEnum):
    """The groups of columns, as the page of exports shows them."""

    REFERRAL = "Referral"
    PERSON = "Who the person is"
    CONSENT = "Language and consent"
    JUDGED = "What was answered and judged"
    TEAM = "What the team did"


class Kind(StrEnum):
    """The kind of a column's values."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "date and time, UTC"
    YES_NO = "yes or no"
    LIST = "list"
    PAIRS = "name=value pairs"


def as_cell(found: Found) -> Cell:
    """Return the value of a column as one cell."""
    match found:
        case tuple():
            return joined(found)
        case Mapping():
            return pairs({name: to_text(value) for name, value in found.items()})
        case _:
            return found


_NOTHING: dict[Kind, Found] = {Kind.LIST: (), Kind.PAIRS: {}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, for every format and both databases.

    `read` returns its value, and `sql` is the same over the referral `r`, its lead `l` and the `join`: an expression
    that its kind formats, or one that is written as it is. Neither considers withdrawals: a withdrawn referral shows
    only the columns that `stay`. `part` is what must be read beside the referral; `words` are all its values, each with
    its code in REDCap; `redcap` makes its fields where its kind does not.
    """

    name: str
    group: Group
    kind: Kind = Kind.TEXT
    meaning: str
    read: Callable[[ReferralRow], Found]
    sql: str | Expression
    join: str = ""
    stays: bool = False
    part: Part | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    redcap: Callable[[Criteria], Iterable[Field]] | None = None

    def value(self, row: ReferralRow) -> Found:
        """Return the value of this column in a row."""
        return self.read(row) if self.stays or row.stands else _NOTHING.get(self.kind)

    def cell(self, row: ReferralRow) -> Cell:
        """Return the value of this column in a row, as one cell."""
        return as_cell(self.value(row))

    @property
    def expression(self) -> Expression:
        """Return the SQL by which PostgreSQL writes this column."""
        if isinstance(self.sql, Expression):
            return self.sql
        written = self._written(self.sql)
        return Expression(written if self.stays else standing(written), self.join)

    def _written(self, sql: str) -> str:
        match self.kind:
            case Kind.NUMBER:
                return sql
            case Kind.MOMENT:
                return moment(sql)
            case Kind.YES_NO:
                return yes_no(sql)
            case _:
                return sql if self.words else safe(sql)
