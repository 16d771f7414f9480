"""Statistics for readers: a sentence first, then a chart with its numbers, then tables that say more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prescreen.web.statistics.charts import Chart
from prescreen.workflow.statistics.cell_suppression import FEW, Shown, SuppressionMark

NOT_SHOWN = "not shown"
_WORDS = {SuppressionMark.FEW: f"fewer than {FEW}", SuppressionMark.HIDDEN: NOT_SHOWN}
_HOURS_A_DAY, _ALL = 24, 100


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its heading, one cell for each column, and whether it is the total."""

    label: str
    cells: tuple[str, ...]
    note: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that says more than the chart above it; the first column is the rows' headings."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the page: a question, the answer in a sentence, charts, how to read them, tables to unfold.

    `more` is what is unfolded above the tables.
    """

    id: str
    heading: str
    headline: str
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    more: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure on top of the page: what it is, the figure, and of what. `leads_to_late`: with a link to those."""

    label: str
    figure: str
    note: str
    leads_to_late: bool = False


def number(count: Shown) -> str:
    """Return a count as a table cell."""
    return _WORDS[count] if isinstance(count, SuppressionMark) else f"{count:,}"


def said(count: Shown) -> str:
    """Return a count as part of a sentence."""
    if count is SuppressionMark.HIDDEN:
        return "a number that is not shown"
    return number(count) if count else "none"


def share(part: Shown, whole: Shown) -> str:
    """Return a count as whole percent of another; empty where that is not possible.

    >>> share(12, 40), share(SuppressionMark.FEW, 40), share(0, 0), share(1, 900), share(899, 900)
    ('30%', '', '', 'under 1%', 'over 99%')
    """
    if isinstance(part, SuppressionMark) or isinstance(whole, SuppressionMark) or not whole:
        return ""
    percent = round(100 * part / whole)
    if percent == 0 and part:
        return "under 1%"
    return "over 99%" if percent == _ALL and part < whole else f"{percent}%"


def with_share(part: Shown, whole: Shown) -> str:
    """Return a count with its share of another, which goes to the next line where room lacks; of none, no share."""
    if part == 0:
        return number(part)
    return " ·\N{NO-BREAK SPACE}".join(filter(None, (number(part), share(part, whole))))


def sum_of(counts: Iterable[Shown]) -> Shown:
    """Return the sum of counts that are all shown, else a mark."""
    found = list(counts)
    return (
        SuppressionMark.HIDDEN
        if any(isinstance(one, SuppressionMark) for one in found)
        else sum(one for one in found if type(one) is int)
    )


def listed(words: Sequence[str]) -> str:
    """Return words as an enumeration within a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def time_in_words(hours: int) -> str:
    """Return a time in whole hours as words.

    >>> time_in_words(0), time_in_words(1), time_in_words(47), time_in_words(60)
    ('less than an hour', '1 hour', '47 hours', '2.5 days')
    """
    if hours < 1:
        return "less than an hour"
    if hours < 2 * _HOURS_A_DAY:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{round(2 * hours / _HOURS_A_DAY) / 2:g} days"
