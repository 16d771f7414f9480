"""The criteria block of a trial's statistics: which criteria alone rule people out, and what each of them does."""

from collections.abc import Mapping

from prescreen.eligibility.assessment.determination import PERMITS_WORDS
from prescreen.eligibility.criteria.text import shortened
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.web.statistics.charts import Chart, Value, bars, value
from prescreen.web.statistics.stat_blocks import Block, Row, Table, listed, number, share, sum_of, with_share
from prescreen.workflow.statistics.cell_suppression import FEW, SuppressionMark
from prescreen.workflow.statistics.visit_statistics import CriterionNumbers

_MOST_IN_CHART, _MOST_NAMED, _MOST_LETTERS = 8, 3, 56
_STYLES = {Truth.TRUE: "ff", Truth.UNKNOWN: "fn", Truth.FALSE: "fo"}
_LEGEND = tuple((style, PERMITS_WORDS[truth]) for truth, style in _STYLES.items())
_GONE = "No longer one of this trial's criteria."

_Texts = Mapping[str, str]


def findings_block(found: tuple[CriterionNumbers, ...], trial: Trial) -> Block:
    """Return the block on which criteria rule people out alone, and what each of them does."""
    block_id, heading = "criteria", "Which single points shut people out?"
    people = [row.people for row in found if isinstance(row.people, int)]
    if not people:
        few = f"Fewer than {FEW} people answered to the end in this period: too few to show what the criteria do."
        return Block(block_id, heading, few if found else "Nobody answered to the end in this period.")
    notes = (
        "Counted once for everybody who answers to the end, sent or not. Once a trial is ruled out, its other criteria "
        "are not asked about any more and stay unknown.",
    )
    texts = {criterion.id: str(criterion.text) for criterion in trial.criteria}
    tables = (*_rest_alone(found, texts), _table(found, texts))
    headline = _shutting_out(found, max(people), texts)
    return Block(block_id, heading, headline, _alone(found, texts), notes, tables, (_findings(found, texts),))


def _shutting_out(found: tuple[CriterionNumbers, ...], people: int, texts: _Texts) -> str:
    begun, most = f"Of {people:,} who answered to the end, ", found[0].alone
    if isinstance(most, SuppressionMark) or not most:
        return f"{begun}no criterion alone shut out {FEW} or more."
    first = [f"“{_short(row, texts)}”" for row in found if row.alone == most]
    if len(first) > _MOST_NAMED:
        return f"{begun}{len(first)} criteria alone shut out {most:,} each."
    return f"{begun}{listed(first)} alone shut out {most:,}{' each' if len(first) > 1 else ''}."


def _short(row: CriterionNumbers, texts: _Texts) -> str:
    """Return the beginning of the criterion's text: the whole stands in the table."""
    return shortened(_name(row, texts), _MOST_LETTERS).removesuffix(".")


def _name(row: CriterionNumbers, texts: _Texts) -> str:
    """Return the criterion's text; what its id says, where it is no longer one of the trial."""
    return texts.get(row.criterion_id) or row.criterion_id.replace("-", " ").replace("_", " ")


def _alone(found: tuple[CriterionNumbers, ...], texts: _Texts) -> tuple[Chart, ...]:
    told = [row for row in found if row.alone != 0]
    values = [
        value(_short(row, texts), with_share(row.alone, row.people), "fo", row.alone) for row in told[:_MOST_IN_CHART]
    ]
    return (bars("People whom one criterion alone shut out", values),) if told else ()


def _rest_alone(found: tuple[CriterionNumbers, ...], texts: _Texts) -> tuple[Table, ...]:
    """Return the table of all criteria that shut out alone, where the chart has no room for each of them."""
    told = [row for row in found if row.alone != 0]
    if len(told) <= _MOST_IN_CHART:
        return ()
    rows = tuple(Row(_name(row, texts), (number(row.alone), share(row.alone, row.people))) for row in told)
    return (Table("Criteria that alone shut people out", ("Criterion", "Alone", "Share of all"), rows),)


def _findings(found: tuple[CriterionNumbers, ...], texts: _Texts) -> Chart:
    values = [_finding(row, texts) for row in found if row.people != 0]
    return bars("Findings of each criterion, as shares", values, shares=True, legend=_LEGEND)


def _finding(row: CriterionNumbers, texts: _Texts) -> Value:
    counts = (row.permits, row.unknown, row.does_not_permit)
    if isinstance(sum_of(counts), SuppressionMark):
        return Value(_short(row, texts), "too few to show")
    styles = (style for style, _words in _LEGEND)
    parts = tuple((style, count) for style, count in zip(styles, counts, strict=True) if isinstance(count, int))
    return Value(_short(row, texts), f"{share(row.does_not_permit, row.people)} out", parts)


def _table(found: tuple[CriterionNumbers, ...], texts: _Texts) -> Table:
    rows = tuple(
        Row(
            _name(row, texts),
            tuple(map(number, (row.permits, row.does_not_permit, row.unknown, row.people))),
            "" if row.criterion_id in texts else _GONE,
        )
        for row in found
    )
    columns = ("Criterion", "Permits", "Does not permit", "Unknown", "All")
    return Table("Findings of each criterion", columns, rows)
