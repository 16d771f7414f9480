"""The equity block of a trial: whom the team reaches, and whom it loses."""

from collections.abc import Mapping

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.web.accounts.staff_wording import language_name
from prescreen.web.statistics.charts import Chart, Value, bars
from prescreen.web.statistics.stat_blocks import Block, Row, Table, number, share, sum_of
from prescreen.workflow.statistics.cell_suppression import FEW, TOTAL, Shown, SuppressionMark
from prescreen.workflow.statistics.equity import (
    CONTACTED_COLUMN,
    ENROLLED_COLUMN,
    EVERYBODY,
    NOT_CONTACTED_COLUMN,
    NOT_TOLD,
    REACHED_COLUMN,
    SEXES,
    Comparison,
    Equity,
)

_COLUMNS = {
    NOT_CONTACTED_COLUMN: "Not contacted",
    CONTACTED_COLUMN: "Contacted, not enrolled",
    ENROLLED_COLUMN: "Enrolled",
    REACHED_COLUMN: "Contacted",
    EVERYBODY: "People",
}
_STYLES = {
    NOT_CONTACTED_COLUMN: "fn",
    CONTACTED_COLUMN: "fa",
    ENROLLED_COLUMN: "ff",
    REACHED_COLUMN: "fa",
    EVERYBODY: "fa",
}
_OF = {"age": "Age", "sex": "Sex", "language": "Language"}
_ENOUGH, _FAR = 2 * FEW, 0.1
"""Fewer people, or a smaller difference of shares, say more about chance than about a group."""


def equity_block(found: Equity, bank: QuestionBank, *, sample: bool) -> Block:
    """Return the block on who is reached, by age, sex and language."""
    heading = "Whom does the team reach?"
    notes = [
        "Only people whose consent to be handed to this trial is in force are counted, each once, over all time; who "
        "withdrew or was deleted is not. Age and sex are what they answered, where this trial uses the answer."
    ]
    if sample:
        notes.append("This is a sample: the people counted here are test entries.")
    if found.people is None:
        few = f"There are fewer than {FEW} people, or too few in some group, to compare anybody."
        return Block("equity", heading, few, notes=tuple(notes))
    if not found.people:
        return Block("equity", heading, "There is nobody yet whose consent is in force.", notes=tuple(notes))
    names = {one.of: _names(one, bank) for one in found.comparisons}
    if any(REACHED_COLUMN in one.columns for one in found.comparisons):
        notes.append("Where too few are enrolled to be told apart, they are counted among the contacted.")
    told = [one for one in found.comparisons if one.rows is not None]
    charts = tuple(_chart(one, names[one.of]) for one in told if len(one.columns) > 1)
    notes += [f"{_OF[one.of]}: too few people to compare." for one in found.comparisons if one.rows is None]
    tables = tuple(_table(one, names[one.of]) for one in told)
    return Block("equity", heading, _headline(found, names), charts, tuple(notes), tables)


def _headline(found: Equity, names: Mapping[str, Mapping[str, str]]) -> str:
    """Return a sentence on the group that is contacted least often, compared with everyone."""
    people, waiting = found.people or 0, found.reached.get(NOT_CONTACTED_COLUMN)
    if waiting is None:
        return f"{people:,} people were sent; too few were, or were not, contacted to compare groups."
    begun = f"{people - waiting:,} of {people:,} people were contacted ({share(people - waiting, people)})"
    groups = [
        (contacted / whole, f"{_OF[one.of].lower()} {names[one.of][group]}: {contacted:,} of {whole:,}")
        for one in found.comparisons
        for group, row in (one.rows or {}).items()
        if group != NOT_TOLD
        and isinstance(contacted := _contacted(row), int)
        and isinstance(whole := row[TOTAL], int)
        and whole >= _ENOUGH
    ]
    least, named = min(groups, default=(1.0, ""))
    if least > 1 - waiting / people - _FAR:
        return f"{begun}; no group of {_ENOUGH} or more is far behind."
    return f"{begun}; least often those of {named} ({round(100 * least)}%)."


def _contacted(row: Mapping[str, Shown]) -> Shown:
    """Return how many of a group were contacted, enrolled or not; a mark where that is hidden or unknown."""
    waiting, whole = row.get(NOT_CONTACTED_COLUMN, SuppressionMark.HIDDEN), row[TOTAL]
    if isinstance(waiting, SuppressionMark) or isinstance(whole, SuppressionMark):
        return SuppressionMark.HIDDEN
    return SuppressionMark.FEW if 0 < whole - waiting < FEW else whole - waiting


def _names(comparison: Comparison, bank: QuestionBank) -> dict[str, str]:
    return {group: _name(comparison.of, group, bank) for group in comparison.rows or ()}


def _name(of: str, group: str, bank: QuestionBank) -> str:
    if group == NOT_TOLD:
        return "not told"
    if of == "sex":
        question = next(bank[name] for name in SEXES if name in bank)
        return next(str(option.label) for option in question.options if option.id == group)
    return language_name(group, group) if of == "language" else group.replace("-", " to ").replace("+", " and over")


def _chart(comparison: Comparison, names: Mapping[str, str]) -> Chart:
    rows, columns = comparison.rows or {}, comparison.columns
    values = [_value(row, columns, names[group]) for group, row in rows.items() if row[TOTAL] != 0]
    legend = tuple((_STYLES[column], _COLUMNS[column].lower()) for column in columns)
    return bars(f"{_OF[comparison.of]}: how far people came", values, shares=True, legend=legend)


def _table(comparison: Comparison, names: Mapping[str, str]) -> Table:
    rows, columns, title = comparison.rows or {}, comparison.columns, _OF[comparison.of]
    headings = (title, *(_COLUMNS[column] for column in columns), *(["All"] if len(columns) > 1 else []))
    shown = (*columns, *([TOTAL] if len(columns) > 1 else []))
    lines = tuple(
        Row(names[group], tuple(number(row[column]) for column in shown))
        for group, row in rows.items()
        if group != NOT_TOLD or row[TOTAL] != 0
    )
    return Table(f"People by {title.lower()}", headings, lines)


def _value(row: Mapping[str, Shown], columns: tuple[str, ...], name: str) -> Value:
    if isinstance(sum_of(row[column] for column in columns), SuppressionMark):
        return Value(name, "too few to show")
    parts = tuple((_STYLES[column], count) for column in columns if isinstance(count := row[column], int))
    words = share(_contacted(row), row[TOTAL])
    return Value(name, f"{words} contacted" if words else "", parts)
