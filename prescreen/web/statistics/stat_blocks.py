"""Statistics for readers: a sentence first, then a chart and a table that say the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prescreen.web.statistics.charts import Chart
from prescreen.workflow.statistics.cell_suppression import FEW, TOTAL, Shown, SuppressionMark

NOT_SHOWN = "not shown"
_WORDS = {SuppressionMark.FEW: f"fewer than {FEW}", SuppressionMark.HIDDEN: NOT_SHOWN}
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its heading, one cell for each column, and whether it is the total."""

    label: str
    cells: tuple[str, ...]
    note: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column is the rows' headings. `is_open`: it says more than the chart beside it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its title, its content in a sentence, and the legend where it has several styles."""

    id: str
    title: str
    description: str
    chart: Chart
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the page: its result in a sentence, how to read it, pictures and tables."""

    id: str
    heading: str
    headline: str
    notes: tuple[str, ...] = ()
    figures: tuple[tuple[Picture | None, Table], ...] = field(default=())


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

    >>> share(12, 40), share(SuppressionMark.FEW, 40), share(0, 0)
    ('30%', '', '')
    """
    if isinstance(part, SuppressionMark) or isinstance(whole, SuppressionMark) or not whole:
        return ""
    return f"{round(100 * part / whole)}%"


def with_share(part: Shown, whole: Shown) -> str:
    """Return a count with its share of another."""
    return " · ".join(filter(None, (number(part), share(part, whole))))


def part(style: str, count: Shown) -> tuple[tuple[str, int], ...]:
    """Return a bar's only part; empty where the count is hidden or zero."""
    return ((style, count),) if isinstance(count, int) and count else ()


def sum_of(counts: Iterable[Shown]) -> Shown:
    """Return the sum of counts that are all shown, else a mark."""
    found = list(counts)
    return (
        SuppressionMark.HIDDEN
        if any(isinstance(one, SuppressionMark) for one in found)
        else sum(one for one in found if type(one) is int)
    )


def counts_table(caption: str, of: str, names: Mapping[str, str], shown: Mapping[str, Shown]) -> Table:
    """Return a table of the parts of a total: count and share."""
    rows = [Row(words, (number(shown[name]), share(shown[name], shown[TOTAL]))) for name, words in names.items()]
    rows.append(Row("All", (number(shown[TOTAL]), ""), is_total=True))
    return Table(caption, (of, "Number", "Share"), tuple(rows))


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
