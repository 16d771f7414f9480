"""The criteria block of a trial's statistics: what each criterion does, and which alone rule people out."""

from prescreen.eligibility.assessment.determination import PERMITS_WORDS
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.web.statistics.charts import Value, bars
from prescreen.web.statistics.stat_blocks import (
    Block,
    Picture,
    Row,
    Table,
    listed,
    number,
    part,
    share,
    sum_of,
    with_share,
)
from prescreen.workflow.statistics.cell_suppression import FEW, SuppressionMark
from prescreen.workflow.statistics.visit_statistics import CriterionNumbers

_MOST_IN_CHART, _MOST_NAMED = 12, 3
_STYLES = {Truth.TRUE: "permits", Truth.UNKNOWN: "unknown", Truth.FALSE: "forbids"}
_LEGEND = tuple((style, PERMITS_WORDS[truth]) for truth, style in _STYLES.items())


def findings_block(found: tuple[CriterionNumbers, ...], trial: Trial) -> Block:
    """Return the block on which criteria rule people out, and which do so alone."""
    heading = "What the criteria do"
    people = [row.people for row in found if isinstance(row.people, int)]
    if not people:
        few = f"Fewer than {FEW} people answered to the end in this period: too few to show what the criteria do."
        return Block("criteria", heading, few if found else "Nobody answered to the end in this period.")
    notes = (
        "Counted once for everybody who answers to the end, sent or not. Once a trial is ruled out, its other criteria "
        "are not asked about any more and stay unknown.",
    )
    return Block(
        "criteria", heading, _shutting_out(found, max(people)), notes, (_alone(found), _findings(found, trial))
    )


def _shutting_out(found: tuple[CriterionNumbers, ...], people: int) -> str:
    begun, most = f"Of {people:,} who answered to the end, ", found[0].alone
    if isinstance(most, SuppressionMark) or not most:
        return f"{begun}no criterion alone shut out {FEW} or more."
    first = [f"“{_short(row.criterion_id)}”" for row in found if row.alone == most]
    if len(first) > _MOST_NAMED:
        return f"{begun}{len(first)} criteria alone shut out {most:,} each."
    return f"{begun}{listed(first)} alone shut out {most:,}{' each' if len(first) > 1 else ''}."


def _short(criterion_id: str) -> str:
    return criterion_id.replace("-", " ").replace("_", " ")


def _alone(found: tuple[CriterionNumbers, ...]) -> tuple[Picture | None, Table]:
    title = "Criteria that alone shut people out"
    told = [row for row in found if row.alone != 0]
    values = [
        Value(_short(row.criterion_id), with_share(row.alone, row.people), part("plain", row.alone))
        for row in told[:_MOST_IN_CHART]
    ]
    picture = Picture("alone", title, "One bar a criterion; the table beside it says the same.", bars(values))
    rows = tuple(Row(_short(row.criterion_id), (number(row.alone), share(row.alone, row.people))) for row in told)
    return picture if told else None, Table(title, ("Criterion", "Alone", "Share of all"), rows)


def _findings(found: tuple[CriterionNumbers, ...], trial: Trial) -> tuple[Picture | None, Table]:
    title = "Findings of each criterion"
    values = [_finding(row) for row in found if row.people != 0]
    description = f"One bar a criterion, all of one length: what share {' , '.join(words for _, words in _LEGEND)}."
    picture = Picture("findings", title, description.replace(" ,", ","), bars(values, shares=True), _LEGEND)
    texts = {criterion.id: str(criterion.text) for criterion in trial.criteria}
    rows = tuple(
        Row(
            _short(row.criterion_id),
            (number(row.permits), number(row.does_not_permit), number(row.unknown), number(row.people)),
            texts.get(row.criterion_id, "No longer one of this trial's criteria."),
        )
        for row in found
    )
    columns = ("Criterion", "Permits", "Does not permit", "Unknown", "All")
    return picture if values else None, Table(title, columns, rows)


def _finding(row: CriterionNumbers) -> Value:
    counts = (row.permits, row.unknown, row.does_not_permit)
    if isinstance(sum_of(counts), SuppressionMark):
        return Value(_short(row.criterion_id), "too few to show")
    styles = (style for style, _words in _LEGEND)
    parts = tuple((style, count) for style, count in zip(styles, counts, strict=True) if isinstance(count, int))
    return Value(_short(row.criterion_id), f"{share(row.does_not_permit, row.people)} out", parts)
