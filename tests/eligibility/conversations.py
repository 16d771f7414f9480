"""Interviews of random people, step by step."""

from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.interview.question_selection import Interview, raised
from prescreen.eligibility.matching.planner import Standing
from prescreen.eligibility.matching.truth_codes import CODES
from tests.eligibility.plain_planner import next_question
from tests.eligibility.worlds import (
    Person,
    interviews,
    known,
    learning,
    people,
)


@st.composite
def conversations(draw: st.DrawFn, *, computed: bool = False, flags: bool = True) -> tuple[Interview, Person]:
    """Draw an interview and somebody to be interviewed."""
    plan = draw(interviews(computed=computed, flags=flags))
    return plan, draw(people(plan.bank))


def held(plan: Interview, person: Person) -> Iterator[tuple[Facts, str | None]]:
    """Yield what is known and asked, step by step; the last step asks nothing. What is left out is not known."""
    facts = known(plan.bank, {})
    while (question := next_question(plan, facts)) is not None:
        yield facts, question
        facts = learning(facts, question, person.get(question, Declined.DO_NOT_KNOW))
    yield facts, None


def flagged(plan: Interview, facts: Facts) -> tuple[bool, ...]:
    """Say of each red flag whether it is raised."""
    return tuple(flag in raised(plan, facts) for flag in plan.red_flags)


def everything(plan: Interview, person: Person) -> Facts:
    asked = [question.id for question in plan.bank if not question.computed]
    return known(plan.bank, {name: person.get(name, Declined.DO_NOT_KNOW) for name in asked})


def shown_groups(trials: Sequence[Trial], standing: Standing) -> dict[Determination, tuple[Trial, ...]]:
    """Return the trials by the group that a person is shown them in, each in the order of the interview."""
    codes = standing.shown_codes.tolist()
    return {
        group: tuple(one for one, code in zip(trials, codes, strict=True) if CODES[code] is group)
        for group in Determination
    }
