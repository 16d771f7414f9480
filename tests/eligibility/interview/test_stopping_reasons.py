"""Every stop is proved: its reason holds in every way in which the interview could have continued."""

import pytest
from hypothesis import given

from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.assessment.determination import Assessment, Determination, assess
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, Not
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import Interview, open_questions
from prescreen.eligibility.interview.stopping_reasons import Ending, StillOpenError, ending, endings
from tests.eligibility.conversations import conversations, held
from tests.eligibility.plain_planner import next_question
from tests.eligibility.samples import bank, boolean, facts, requiring
from tests.eligibility.worlds import Person, ways


def holds(claim: Ending, later: Assessment) -> bool:
    """Return whether what an ending claims is so after more answers."""
    permits = {finding.criterion.id: finding.permits for finding in later.findings}
    named = [permits[criterion] for criterion in claim.because]
    match claim.determination:
        case Determination.INELIGIBLE:
            return bool(named) and set(named) == {Truth.FALSE}
        case Determination.POTENTIALLY_ELIGIBLE:
            return len(named) == len(permits) and set(named) <= {Truth.TRUE}
        case Determination.UNDETERMINED:
            return Truth.UNKNOWN in named and Truth.FALSE not in permits.values()


@given(conversations())
def test_what_an_ending_names_stays_so_whatever_is_answered(talk: tuple[Interview, Person]) -> None:
    plan, _ = talk
    *_, (known, question) = held(*talk)

    assert question is None
    for claim in endings(plan, known):
        kept = ways(known, lambda later, claim=claim: holds(claim, assess(claim.trial, later)))
        assert kept.outcomes_reached() == {True}


@given(conversations())
def test_there_is_an_ending_exactly_where_no_question_matters(talk: tuple[Interview, Person]) -> None:
    plan, _ = talk
    for known, _ in held(*talk):
        for trial in plan.trials:
            assert (ending(trial, known) is None) is bool(open_questions(trial, known))


@given(conversations(flags=False))
def test_an_interview_that_is_still_asking_has_no_proof_of_its_end(talk: tuple[Interview, Person]) -> None:
    plan, _ = talk
    for known, question in held(*talk):
        if question is not None:
            with pytest.raises(StillOpenError, match="is still open: it hangs on"):
                endings(plan, known)


def test_an_undetermined_trial_names_the_declined_question_that_it_hangs_on() -> None:
    trial = requiring(BooleanTest("a", True), BooleanTest("b", True))
    known = facts(bank(boolean("a"), boolean("b")), a=Declined.DO_NOT_KNOW, b=True)

    assert ending(trial, known) == Ending(trial, Determination.UNDETERMINED, (trial.criteria[0].id,), ("a",))


def test_criteria_that_are_stuck_only_together_are_all_named() -> None:
    a, b = BooleanTest("a", True), BooleanTest("b", True)
    trial = requiring(Any((a, b)), Any((a, Not(b))), All((Any((b, Not(b))), Any((a, b, Not(b))))))
    known = facts(bank(boolean("a"), boolean("b")), a=Declined.DO_NOT_KNOW)
    told = ending(trial, known)

    assert next_question(Interview(known.bank, (trial,)), known) is None
    assert told is not None
    assert {trial.criteria[0].id, trial.criteria[1].id} <= set(told.because)
