"""What a column of an export is, for every format and both databases. How a kind is written is each format's own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prescreen.eligibility.assessment.answer_encoding import to_text
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Trial
from prescreen.export.cell_text import joined, pairs
from prescreen.export.redcap_fields import Field
from prescreen.storage.export.csv_copy import Expression, moment, safe, standing, yes_no
from prescreen.workflow.export.referral_rows import Part, ReferralRow

Cell = str | int | bool | datetime | None
"""What one cell of a table holds. Moments are in UTC."""

Found = Cell | tuple[str, ...] | Mapping[str, Value | Declined]
"""What stands in a column, before a format writes it."""


class Group(StrEnum):
    """What columns are about, as the page of exports shows them."""

    REFERRAL = "Referral"
    PERSON = "Who the person is"
    CONSENT = "Language and consent"
    JUDGED = "What was answered and judged"
    TEAM = "What the team did"


class Kind(StrEnum):
    """What a column's cells are."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "date and time, UTC"
    YES_NO = "yes or no"
    LIST = "list"
    PAIRS = "name=value pairs"


def as_cell(found: Found) -> Cell:
    """Write what stands in a column as one cell."""
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

    `read` gives what stands in it, and `sql` the same of the referral `r`, its lead `l` and the `join`: an expression
    that its kind writes, or one to write as it is. Neither looks at withdrawals: a withdrawn referral shows only the
    columns that `stay`. `part` is what must be read beside the referral; `words` are all that it can hold, in the order
    of REDCap's codes; `redcap` makes its fields where its kind does not.
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
    words: tuple[str, ...] = ()
    redcap: Callable[[Trial | None, QuestionBank], Iterable[Field]] | None = None

    def value(self, row: ReferralRow) -> Found:
        """Return what stands in this column of a row."""
        return self.read(row) if self.stays or row.stands else _NOTHING.get(self.kind)

    def cell(self, row: ReferralRow) -> Cell:
        """Return what stands in this column of a row, as one cell."""
        return as_cell(self.value(row))

    @property
    def expression(self) -> Expression:
        """What PostgreSQL writes for this column."""
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
