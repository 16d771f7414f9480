"""The blocks of a trial's statistics on its referrals' states and on the visitors' journey."""

from prescreen.storage.interview.usage_counters import DIRECT, OTHER, CounterKind
from prescreen.storage.referrals.states import DEFINITIONS, Stage, State
from prescreen.web.accounts.staff_wording import STATES
from prescreen.web.statistics.charts import Value, bars, funnel
from prescreen.web.statistics.stat_blocks import (
    Block,
    Picture,
    Row,
    Table,
    counts_table,
    number,
    part,
    said,
    time_in_words,
    with_share,
)
from prescreen.workflow.statistics.cell_suppression import FEW, TOTAL, Shown, SuppressionMark
from prescreen.workflow.statistics.referral_outcomes import OVERDUE, Outcomes, Wait
from prescreen.workflow.statistics.visit_statistics import Journeys

_STATES: dict[str, str] = {
    OVERDUE: "New, and overdue",
    **{state.value: words[:1].upper() + words[1:] for state, words in STATES.items()},
}
_WAITS: dict[str, str] = {
    Wait.THREE_DAYS: "Within 3 days",
    Wait.A_WEEK: "On day 4 to 7",
    Wait.LONGER: "After more than a week",
    Wait.NOT_YET: "Not contacted",
}
_STEPS = {
    CounterKind.ARRIVED: "Arrived",
    CounterKind.BEGAN: "Began the questions",
    CounterKind.SAW_RESULTS: "Looked at results",
    CounterKind.OPENED_FORM: "Opened the form",
    CounterKind.OPENED_TRIAL: "Opened this trial",
    CounterKind.SENT: "Sent to this trial",
}
_SOURCES = {DIRECT: "direct, or not known", OTHER: "all others"}


def outcome_block(found: Outcomes) -> Block:
    """Return the block on the states of referrals and the time until first contact."""
    heading = "Where the people sent stand"
    if found.states is None or found.waits is None:
        return Block("outcomes", heading, _too_few(found.people, "referral"))
    if not found.people:
        return Block("outcomes", heading, "Nobody was referred to this trial in this period.")
    soon, late = found.waits[Wait.THREE_DAYS], found.states[OVERDUE]
    headline = (
        f"{_first(said(soon))} of {found.people:,} referrals {_were(soon)} contacted within 3 days; "
        f"{said(late)} {_is(late)} overdue."
    )
    return Block("outcomes", heading, headline, _times(found), (_states(found), _waits(found)))


def _too_few(people: int | None, what: str) -> str:
    if people is None:
        return f"There are fewer than {FEW} {what}s in this period: too few to show where they stand."
    return f"Too few of the {people:,} {what}s differ from the others to show where they stand."


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _were(count: Shown) -> str:
    return "was" if count == 1 else "were"


def _is(count: Shown) -> str:
    return "is" if count in (1, SuppressionMark.HIDDEN) else "are"


def _times(found: Outcomes) -> tuple[str, ...]:
    if found.median is None:
        return ()
    words = f"Half of those who were contacted waited about {time_in_words(found.median)} or less"
    if found.quartiles is None:
        return (f"{words}.",)
    first, third = map(time_in_words, found.quartiles)
    return (f"{words}; the quickest quarter about {first} or less, the slowest quarter about {third} or more.",)


def _states(found: Outcomes) -> tuple[Picture, Table]:
    shown = found.states or {}
    values = [
        Value(words, with_share(shown[state], shown[TOTAL]), part(_style(state), shown[state]))
        for state, words in _STATES.items()
    ]
    picture = Picture(
        "states", "Referrals by state", "One bar a state; the table beside it says the same.", bars(values)
    )
    return picture, counts_table("Referrals by state", "State", dict(_STATES), shown)


def _style(state: str) -> str:
    if state == OVERDUE:
        return "late"
    definition = DEFINITIONS[State(state)]
    if definition.stage is Stage.ENROLLED:
        return "permits"
    return "ended" if definition.is_end else "plain"


def _waits(found: Outcomes) -> tuple[Picture, Table]:
    shown = found.waits or {}
    values = [
        Value(words, with_share(shown[wait], shown[TOTAL]), part("plain", shown[wait]))
        for wait, words in _WAITS.items()
    ]
    title = "Time to the first contact"
    picture = Picture("waits", title, "One bar a time; the table beside it says the same.", bars(values))
    return picture, counts_table(title, "First contact", _WAITS, shown)


def journey_block(found: Journeys) -> Block:
    """Return the block on the visitors' steps from arriving to sending their details."""
    totals = {kind: found.steps[kind][TOTAL] for kind in _STEPS}
    heading = "From arriving to sending"
    if not any(totals.values()):
        return Block("journeys", heading, "No visit was counted in this period.")
    arrived, began, sent = (totals[kind] for kind in (CounterKind.ARRIVED, CounterKind.BEGAN, CounterKind.SENT))
    headline = (
        f"{_first(said(arrived))} arrived, {said(began)} began the questions, "
        f"{said(sent)} sent {'their details' if sent != 1 else 'details'} to this trial."
    )
    notes = (
        "Pages count when they are opened, since nobody is recognised: who comes back by another way counts again. "
        "The last two steps are this trial's own, the others its condition's; none is of a single site.",
    )
    values = [
        Value(words, with_share(totals[kind], arrived), part("plain", totals[kind])) for kind, words in _STEPS.items()
    ]
    description = "One step under the other, each as wide as its number."
    picture = Picture("steps", "Steps of all visitors", description, funnel(values))
    return Block("journeys", heading, headline, notes, ((picture, _by_source(found)),))


def _by_source(found: Journeys) -> Table:
    rows = [
        Row(_SOURCES.get(source, source), tuple(number(found.steps[kind][source]) for kind in _STEPS))
        for source in found.sources
    ]
    rows.append(Row("All", tuple(number(found.steps[kind][TOTAL]) for kind in _STEPS), is_total=True))
    return Table("Steps by source", ("Source", *_STEPS.values()), tuple(rows), is_open=True)
