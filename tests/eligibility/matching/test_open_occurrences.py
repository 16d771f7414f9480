"""What is still open for one person, and what asking it gains, against loops over every row."""

from collections import defaultdict
from collections.abc import Callable
from math import exp, log

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment import reachable_truths
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.assessment.reachable_truths import Prospect, Prospects, is_open, parts_of
from prescreen.eligibility.criteria.rules import BooleanTest
from prescreen.eligibility.interview.question_selection import (
    Interview,
    flag_questions,
    next_red_flag_question,
    open_questions,
    permitting,
)
from prescreen.eligibility.interview.red_flags import FlagQuestions
from prescreen.eligibility.matching.planner import Planner, Standing
from tests.eligibility.conversations import conversations
from tests.eligibility.samples import ON, bank, boolean, requiring
from tests.eligibility.worlds import Person, asked_of, known

Talk = tuple[Interview, Person]


def standing_of(talk: Talk, asked: int) -> Standing:
    plan, person = talk
    return Planner(plan).at(known(plan.bank, dict(list(person.items())[:asked])))


def open_rows(standing: Standing) -> list[int]:
    rows, codes, truths = standing._planner._occurrences, standing.codes, standing._match.truths
    return [
        row
        for row, (trial, part, pair) in enumerate(zip(rows.trial, rows.part, rows.pair, strict=True))
        if codes[trial] == 1
        and truths[rows.part_slot[part]] == 1
        and truths[rows.pair_test[pair]] == 1
        and rows.questions[rows.pair_question[pair]] not in standing._facts.answers
    ]


def expected_plainly(standing: Standing) -> float:
    """Return the expected number of questions, trial by trial, each trial's questions in the order of failing."""
    rows, spared = standing._planner._occurrences, defaultdict[int, float](float)
    failing: dict[int, dict[int, float]] = defaultdict(dict)
    for row in open_rows(standing):
        trial, question = int(rows.trial[row]), int(rows.question[row])
        failing[trial][question] = max(failing[trial].get(question, 0.0), min(float(rows.failing[row]), 0.98))
    for questions in failing.values():
        reached = 1.0
        for question in sorted(questions, key=lambda one: (-questions[one], one)):
            spared[question] += log(max(1 - reached, 1e-6))
            reached *= 1 - questions[question]
    return sum(1 - exp(one) for one in spared.values())


def gains_plainly(standing: Standing) -> list[float]:
    rows, live = standing._planner._occurrences, open_rows(standing)
    lasting, parts = defaultdict[int, float](lambda: 1.0), defaultdict[int, set[int]](set)
    for row in live:
        lasting[rows.trial[row]] *= max(1 - rows.failing[row], 1e-3)
        parts[rows.trial[row]].add(rows.part[row])
    gains = [0.0] * len(rows.questions)
    for row in live:
        trial = rows.trial[row]
        gain = rows.failing[row] + lasting[trial] * rows.settling[row]
        gains[rows.question[row]] += gain / len(parts[trial]) ** 0.25
    return gains


@given(conversations(computed=True), st.integers(0, 4))
def test_what_is_open_and_what_it_gains_is_what_loops_over_all_rows_find(talk: Talk, asked: int) -> None:
    standing = standing_of(talk, asked)
    found = standing._open

    assert found.live.tolist() == open_rows(standing)
    assert found.gains().tolist() == pytest.approx(gains_plainly(standing))
    assert found.chances.sum() == pytest.approx(expected_plainly(standing))


@given(conversations(computed=True), st.integers(0, 4))
def test_a_question_is_counted_for_the_trials_that_it_alone_could_settle(talk: Talk, asked: int) -> None:
    standing = standing_of(talk, asked)
    rows, live = standing._planner._occurrences, open_rows(standing)
    for place, name in enumerate(rows.questions):
        settled = {
            int(rows.trial[row])
            for row in live
            if rows.question[row] == place
            and (rows.decisive[row] or len({rows.part[one] for one in live if rows.trial[one] == rows.trial[row]}) == 1)
        }
        assert standing.deciding(name) == len(settled)


def proofs_agree(talk: Talk, asked: int) -> bool:
    plan, _ = talk
    facts, known_before = standing_of(talk, asked)._facts, Prospects()
    unasked = {question.id for question in asked_of(plan.bank) if question.id not in facts.answers}
    undetermined = [one for one in plan.trials if assess(one, facts).determination is Determination.UNDETERMINED]
    return all(
        {name for name in unasked if is_open(name, parts_of(permitting(one), plan.bank), facts, known_before)}
        == open_questions(one, facts)
        for one in undetermined
    )


def flags_agree(talk: Talk, asked: int) -> bool:
    plan, standing = talk[0], standing_of(talk, asked)
    facts = standing._facts
    by_flag = tuple(flag_questions(flag, facts) for flag in plan.red_flags)
    together = FlagQuestions(plan).still_open(facts) == by_flag
    return together and standing.red_flag_question == next_red_flag_question(plan, facts)


@given(conversations(computed=True), st.integers(0, 4))
def test_a_question_is_open_for_a_trial_as_among_all_that_are(talk: Talk, asked: int) -> None:
    assert proofs_agree(talk, asked)


@given(conversations(), st.integers(0, 4))
def test_red_flags_are_as_open_as_the_plain_search_says(talk: Talk, asked: int) -> None:
    assert flags_agree(talk, asked)


BROKEN: dict[str, tuple[object, str, object, Callable[[Talk, int], bool]]] = {
    "nothing can be proved": (
        reachable_truths,
        "_known_prospect",
        lambda rules, facts, known: Prospect(None, None),
        proofs_agree,
    ),
    "no one has flags": (FlagQuestions, "_unasked_on", lambda self, on: (frozenset(),) * len(self._flags), flags_agree),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_proof_that_is_broken_is_convicted(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, name, wrong, agree = BROKEN[broken]
    many = settings(max_examples=1000, derandomize=True, phases=[Phase.generate], database=None)

    monkeypatch.setattr(owner, name, wrong)

    assert find(st.tuples(conversations(computed=True), st.integers(0, 4)), lambda one: not agree(*one), settings=many)


def test_of_two_questions_that_each_rule_out_half_the_second_is_asked_half_the_time() -> None:
    questions = bank(boolean("a"), boolean("b"))
    plan = Interview(questions, (requiring(BooleanTest("a", expected=True), BooleanTest("b", expected=True)),))

    assert Planner(plan).at(Facts(questions, Answers(), ON))._open.chances.sum() == pytest.approx(1.5, abs=1e-5)
    assert np.all(Planner(plan).at(Facts(questions, Answers(), ON))._open.gains() > 0)
