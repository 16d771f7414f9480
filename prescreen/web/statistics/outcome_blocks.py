"""The blocks of a trial's statistics on the people sent: where they stand, and how fast the team is."""

from prescreen.storage.referrals.states import DEFINITIONS, Stage, State
from prescreen.web.accounts.staff_wording import STATES
from prescreen.web.base.language import first_capital
from prescreen.web.statistics.charts import Chart, bars, value
from prescreen.web.statistics.stat_blocks import (
    Block,
    listed,
    said,
    sum_of,
    time_in_words,
    with_share,
)
from prescreen.workflow.statistics.cell_suppression import FEW, TOTAL, Shown, SuppressionMark
from prescreen.workflow.statistics.referral_outcomes import CONTACTED, OVERDUE, Kept, Outcomes, Wait

_STATES: dict[str, str] = {
    OVERDUE: "New, and late",
    **{state.value: first_capital(words) for state, words in STATES.items()},
}
_WAITS: dict[str, str] = {
    Wait.THREE_DAYS: "Within 3 days",
    Wait.A_WEEK: "On day 4 to 7",
    Wait.LONGER: "After more than a week",
    Wait.NOT_YET: "Not contacted",
}
_WAIT_STYLES = {Wait.THREE_DAYS: "fa", Wait.A_WEEK: "fa", Wait.LONGER: "fo", Wait.NOT_YET: "fn"}


def outcome_block(found: Outcomes) -> Block:
    """Return the block on the states of referrals."""
    block_id, heading = "outcomes", "Where do they stand?"
    if found.states is None:
        return Block(block_id, heading, _too_few(found.people))
    if not found.people:
        return Block(block_id, heading, "Nobody was referred to this trial in this period.")
    ends = ((found.states[State.ENROLLED], "taking part"), (found.states[OVERDUE], "late for a first contact"))
    clauses = [f"{said(count)} {_are(count)} {words}" for count, words in ends if count is not SuppressionMark.HIDDEN]
    headline = f"Of {found.people:,} referrals, {'; '.join(clauses)}." if clauses else f"{found.people:,} referrals."
    peopled = {state: words for state, words in _STATES.items() if found.states[state] != 0}
    values = [
        value(words, with_share(found.states[state], found.people), _style(state), found.states[state])
        for state, words in peopled.items()
    ]
    empty = [words for state, words in _STATES.items() if state not in peopled]
    notes = (f"Nobody: {listed([words.lower() for words in empty])}.",) if empty else ()
    return Block(block_id, heading, headline, (bars("Referrals by state", values, whole=found.people),), notes)


def speed_block(found: Outcomes) -> Block:
    """Return the block on the time until first contact."""
    block_id, heading = "speed", "How fast is the team?"
    if found.waits is None:
        return Block(block_id, heading, _too_few(found.people))
    if not found.people:
        return Block(block_id, heading, "Nobody was referred to this trial in this period.")
    return Block(block_id, heading, _kept_words(found), (_waits(found),), _times(found))


def _kept_words(found: Outcomes) -> str:
    """Return a sentence on promises kept, or, where no site promised anything, on the first three days."""
    promises, waits, people = found.promises or {}, found.waits or {}, found.people or 0
    in_time, promised = promises[Kept.IN_TIME], due(found)
    left = waits[Wait.NOT_YET]
    waiting = "" if left is SuppressionMark.HIDDEN else f"; of all {people:,}, {said(left)} {_were(left)} not contacted"
    if isinstance(promised, int) and promised:
        return f"{first_capital(said(in_time))} of {promised:,} were reached by the promised day{waiting}."
    soon, contacted = waits[Wait.THREE_DAYS], promises[CONTACTED]
    if isinstance(soon, int):
        return f"{first_capital(said(soon))} of {people:,} referrals {_were(soon)} contacted within 3 days{waiting}."
    if isinstance(contacted, int):
        return f"{first_capital(said(contacted))} of {people:,} referrals {_were(contacted)} contacted."
    return f"Too few of the {people:,} referrals differ from the others to say more."


def due(found: Outcomes) -> Shown:
    """Return how many were reached in time or later, or wait past their promised day; a mark where one is not shown."""
    if found.promises is None or found.states is None:
        return SuppressionMark.HIDDEN
    return sum_of((found.promises[Kept.IN_TIME], found.promises[Kept.LATE], found.states[OVERDUE]))


def _waits(found: Outcomes) -> Chart:
    shown = found.waits or {}
    values = [
        value(words, with_share(shown[wait], shown[TOTAL]), _WAIT_STYLES[Wait(wait)], shown[wait])
        for wait, words in _WAITS.items()
    ]
    return bars("Time to the first contact", values, whole=found.people or 0)


def _times(found: Outcomes) -> tuple[str, ...]:
    notes = list[str]()
    if found.median is not None:
        words = f"Half of those who were contacted waited about {time_in_words(found.median)} or less"
        if found.quartiles is not None:
            first, third = map(time_in_words, found.quartiles)
            words += f"; the quickest quarter about {first} or less, the slowest quarter about {third} or more"
        notes.append(f"{words}.")
    if (found.promises or {}).get(Kept.NO_PROMISE):
        notes.append("Sites that promise no day are left out of the first sentence.")
    return tuple(notes)


def _too_few(people: int | None) -> str:
    if people is None:
        return f"There are fewer than {FEW} referrals in this period: too few to show."
    return f"Too few of the {people:,} referrals differ from the others to show more."


def _are(count: Shown) -> str:
    return "is" if count == 1 else "are"


def _were(count: Shown) -> str:
    return "was" if count == 1 else "were"


def _style(state: str) -> str:
    if state == OVERDUE:
        return "fo"
    definition = DEFINITIONS[State(state)]
    if definition.stage is Stage.ENROLLED:
        return "ff"
    return "fn" if definition.is_end else "fa"
