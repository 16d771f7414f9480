"""The four figures on top of a trial's statistics. Each says what a chart shows, and nothing that one keeps back."""

from prescreen.storage.interview.usage_counters import CounterKind
from prescreen.storage.referrals.states import State
from prescreen.web.statistics.outcome_blocks import due
from prescreen.web.statistics.stat_blocks import Tile, number, share, time_in_words
from prescreen.workflow.statistics.cell_suppression import FEW, Shown, SuppressionMark
from prescreen.workflow.statistics.referral_outcomes import OVERDUE, Kept, Outcomes
from prescreen.workflow.statistics.visit_steps import VisitSteps


def tiles(found: Outcomes, steps: VisitSteps | None, *, may_see_who: bool) -> tuple[Tile, ...]:
    """Return the tiles; `steps` are None where visits are not counted."""
    return (_sent(found, steps), _in_time(found), _late(found, may_see_who), _enrolled(found))


def _sent(found: Outcomes, steps: VisitSteps | None) -> Tile:
    if steps is None or steps.shown is None:
        return Tile("sent to this trial", *_figure(_people(found), "in any way"))
    began, sent = steps.shown[CounterKind.BEGAN], steps.shown[CounterKind.SENT_AFTER]
    of = f"of {began:,} who began" if isinstance(began, int) else "of those who began"
    return Tile("sent their details", *_figure(sent, of))


def _in_time(found: Outcomes) -> Tile:
    label, promises = "reached by the promised day", found.promises
    half = "" if found.median is None else f"half within about {time_in_words(found.median)}"
    if promises is None:
        return Tile(label, *_figure(SuppressionMark.HIDDEN if found.people != 0 else 0, ""))
    in_time, promised = promises[Kept.IN_TIME], due(found)
    if promised == 0:
        return Tile(label, "–", "no promised day has come yet")
    return (
        Tile(label, share(in_time, promised), half)
        if isinstance(promised, int)
        else Tile(label, *_figure(in_time, half))
    )


def _late(found: Outcomes, may_see_who: bool) -> Tile:
    late = _of_state(found, OVERDUE)
    return Tile("late today", *_figure(late, "past the promised day"), leads_to_late=may_see_who and late != 0)


def _enrolled(found: Outcomes) -> Tile:
    of = f"of {found.people:,} referrals" if found.people else ""
    return Tile("taking part so far", *_figure(_of_state(found, State.ENROLLED), of))


def _people(found: Outcomes) -> Shown:
    return SuppressionMark.FEW if found.people is None else found.people


def _of_state(found: Outcomes, state: str) -> Shown:
    return SuppressionMark.HIDDEN if found.states is None else found.states[state]


def _figure(shown: Shown, of: str) -> tuple[str, str]:
    """Return a count as a figure, and what stands under it."""
    if shown is SuppressionMark.FEW:
        return "a few", f"fewer than {FEW}"
    if shown is SuppressionMark.HIDDEN:
        return "–", "not shown"
    return number(shown), of
