"""The blocks of a trial's statistics on its visits: where they stop, and which pages were opened."""

from itertools import pairwise

from prescreen.storage.interview.usage_counters import DIRECT, OTHER, CounterKind
from prescreen.web.base.language import first_capital
from prescreen.web.statistics.charts import bars, value
from prescreen.web.statistics.stat_blocks import Block, Row, Table, number, said, with_share
from prescreen.workflow.statistics.cell_suppression import TOTAL
from prescreen.workflow.statistics.visit_statistics import PAGES, PageViews
from prescreen.workflow.statistics.visit_steps import (
    DID_NOT_SEND,
    LEFT_EARLY,
    RULED_OUT,
    SENT,
    STEPS,
    VisitSteps,
)

_WORDS = {
    CounterKind.BEGAN: "Began the questions",
    CounterKind.FINISHED: "Answered to the end",
    CounterKind.LEFT_IN: "This trial not ruled out",
    CounterKind.SENT_AFTER: "Sent their details",
    CounterKind.ARRIVED: "Arrived",
    CounterKind.SAW_RESULTS: "Results",
    CounterKind.OPENED_TRIAL: "This trial",
    CounterKind.OPENED_FORM: "The form",
}
_STOPS = {
    TOTAL: "Began",
    LEFT_EARLY: "Stopped early",
    RULED_OUT: "Ruled out",
    DID_NOT_SEND: "Did not send",
    SENT: "Sent",
}
_SOURCES = {DIRECT: "direct, or not known", OTHER: "all others"}
_HOW = (
    "Each visit counts once: within two hours of the last answer, in one browser. Who comes back later counts again.",
    "Who sent before the last question, after changing an answer, or by phone is not in this chart. Trials that "
    "somebody's wishes leave out count as not answered.",
)


def steps_block(found: VisitSteps) -> Block:
    """Return the block on how far visits came."""
    block_id, heading = "journeys", "Where do people stop?"
    if found.since is None:
        return Block(
            block_id, heading, "No visit has answered all questions for this trial yet.", notes=_earlier(found)
        )
    since = " ".join((f"Counted from {found.since:%B %Y} on.", *_earlier(found)))
    if not found.fits:
        lost = "The counts do not fit together, as some were lost, so that no chart can be drawn."
        return Block(block_id, heading, lost, notes=(since,))
    if found.shown is None:
        return Block(
            block_id, heading, "Too few visits differ from the others to show where they stop.", notes=(since,)
        )
    began = found.shown[CounterKind.BEGAN]
    values = [
        value(
            _WORDS[kind],
            with_share(found.shown[kind], began) if kind is not CounterKind.BEGAN else number(began),
            "fo" if kind is STEPS[-1] else "fa",
            found.shown[kind],
        )
        for kind in STEPS
    ]
    chart = bars("From the first question to sending", values, whole=began if isinstance(began, int) else 0)
    tables = () if found.stops is None else (_by_source(found),)
    return Block(block_id, heading, _headline(found), (chart,), (*_HOW, since), tables)


def _earlier(found: VisitSteps) -> tuple[str, ...]:
    """Return a sentence on months before, in which visits were not counted to their end."""
    began, sent = found.earlier
    if not began and not sent:
        return ()
    return (f"In the months before, {said(began)} began and {said(sent)} sent their details: not the same visits.",)


def _headline(found: VisitSteps) -> str:
    """Return a sentence on the step after which most visits stop, of those that are shown."""
    shown = found.shown or {}
    left = [
        (earlier - later, earlier, before, after)
        for before, after in pairwise(STEPS)
        if isinstance(earlier := shown[before], int) and isinstance(later := shown[after], int)
    ]
    most, of, before, after = max(left, default=(0, 0, STEPS[0], STEPS[1]), key=lambda one: one[0])
    if not most:
        sent, began = shown[CounterKind.SENT_AFTER], shown[CounterKind.BEGAN]
        return f"{first_capital(said(began))} began; {said(sent)} sent their details."
    return f"Most stop between “{_WORDS[before].lower()}” and “{_WORDS[after].lower()}”: {most:,} of {of:,}."


def _by_source(found: VisitSteps) -> Table:
    rows = [
        Row(_SOURCES.get(source, source), tuple(number(counts[column]) for column in _STOPS))
        for source, counts in (found.stops or {}).items()
    ]
    return Table("Where visits stopped, by where they came from", ("Source", *_STOPS.values()), tuple(rows))


def views_block(found: PageViews) -> Block:
    """Return the block on pages that were opened."""
    block_id, heading = "views", "Which pages were opened?"
    totals = {kind: found.views[kind][TOTAL] for kind in PAGES}
    if not any(totals.values()):
        return Block(block_id, heading, "No page was counted in this period.")
    arrived, opened = totals[CounterKind.ARRIVED], totals[CounterKind.OPENED_TRIAL]
    often = "never opened" if opened == 0 else f"opened {said(opened)} times"
    headline = f"{first_capital(said(arrived))} arrivals; this trial's page was {often}."
    notes = (
        "These are page views, not people: a page counts whenever it is opened from an earlier step. All but the "
        "trial's own page are those of its whole condition.",
    )
    rows = [
        Row(_SOURCES.get(source, source), tuple(number(found.views[kind][source]) for kind in PAGES))
        for source in found.sources
    ]
    rows.append(Row("All", tuple(number(totals[kind]) for kind in PAGES), is_total=True))
    table = Table("Page views by where they came from", ("Source", *(_WORDS[kind] for kind in PAGES)), tuple(rows))
    return Block(block_id, heading, headline, notes=notes, tables=(table,))
