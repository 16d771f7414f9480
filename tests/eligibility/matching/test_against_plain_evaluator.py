"""Many trials at once, by closures and by bitmaps, against the plain evaluator on every trial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numpy")

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching import Matching, batch
from tests.eligibility.interview.test_whole_interviews import conversations
from tests.eligibility.worlds import Person, asked_of, known, learning, values_of


def plainly(plan: Interview, facts: Facts) -> dict[str, Determination]:
    return {trial.id: assess(trial, facts).determination for trial in plan.trials}


@pytest.fixture(params=[250, 0], ids=["closures", "bitmaps"], scope="module", autouse=True)
def design(request: pytest.FixtureRequest) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "FEW", request.param)
        yield request.param


@given(conversations(computed=True))
def test_every_trial_is_determined_as_the_plain_evaluator_does(talk: tuple[Interview, Person]) -> None:
    plan, person = talk
    facts = known(plan.bank, person)

    assert Matching(plan.bank, plan.trials).determinations(facts) == plainly(plan, facts)


@given(conversations(computed=True), st.data())
def test_a_changed_answer_gives_what_judging_anew_gives(talk: tuple[Interview, Person], data: st.DataObject) -> None:
    plan, person = talk
    matching, facts = Matching(plan.bank, plan.trials), known(plan.bank, person)
    match = matching.match(facts)

    for question in asked_of(plan.bank):
        value = data.draw(st.sampled_from([*Declined, *values_of(question)]))
        facts = learning(facts, question.id, value)
        match = matching.after(match, question.id, facts)
        assert match.codes.tolist() == matching.match(facts).codes.tolist()
    assert [batch.CODES[code] for code in match.codes] == list(plainly(plan, facts).values())
