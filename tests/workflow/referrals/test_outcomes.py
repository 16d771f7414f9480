"""A call, the next state and a note: stored together or not at all, each on record, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import call_log
from prescreen.storage.referrals.call_log import Call, CallOutcome
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.referrals.assignment_and_tags import Labels, label
from prescreen.workflow.referrals.outcomes import Outcome, save_outcome
from prescreen.workflow.referrals.state_changes import Step
from prescreen.workflow.referrals.teamwork import Seen, changes_since
from tests.workflow.team import MRI, Team, colleague, still_waits, team

CALL = Call(CallOutcome.REACHED)
STEP, NOTE = Step(State.CONTACTED), "Her sister drives her."


@pytest.fixture
def at_work(database: Database, keys: Keys) -> Team:
    return team(database, keys)


def kept(at_work: Team) -> tuple[int, int, str]:
    """Return how many calls and notes are stored, and the state."""
    with at_work.database.reading() as session:
        calls = call_log.of_referral(session, at_work.keys.ring, at_work.referral_id)
    return len(calls), len(at_work.page().notes), at_work.referral().state.value


def actions(at_work: Team) -> list[str]:
    return [one.action.value for one in at_work.events()]


@pytest.mark.parametrize(("call", "step", "note"), [*product((CALL, None), (STEP, None), (NOTE, ""))])
def test_each_part_is_stored_and_on_record_as_an_action_of_its_own(
    at_work: Team, call: Call | None, step: Step | None, note: str
) -> None:
    outcome = Outcome(call, step, note)

    result = at_work.act(save_outcome, at_work.seen(), outcome)

    assert result.outcome == "done"
    assert result.referral == at_work.referral()
    assert kept(at_work) == (int(call is not None), int(bool(note)), "contacted" if step else "new")
    done = zip(("call_logged", "note_written", "referral_moved"), (call, note, step), strict=True)
    assert actions(at_work) == [action for action, part in done if part]
    assert outcome.is_empty == (actions(at_work) == [])


@pytest.mark.parametrize(
    ("step", "note", "outcome"),
    [
        (Step(State.ENROLLED), NOTE, "no_step"),
        (Step(State.NOT_ELIGIBLE), NOTE, "no_reason"),
        (STEP, "x" * 2001, "long_text"),
        (None, "x" * 2001, "long_text"),
        (None, " \n ", "empty"),
    ],
)
def test_where_one_part_is_refused_nothing_is_stored(at_work: Team, step: Step | None, note: str, outcome: str) -> None:
    before = at_work.referral()

    assert at_work.act(save_outcome, at_work.seen(), Outcome(CALL, step, note)).outcome == outcome

    assert (at_work.referral(), kept(at_work), actions(at_work)) == (before, (0, 0, "new"), [])


def test_where_a_colleague_moved_it_first_nothing_is_stored_and_it_is_on_record_that_it_was_shown(
    at_work: Team,
) -> None:
    seen = at_work.seen()
    at_work.move(State.SCREENING)

    assert at_work.act(save_outcome, seen, Outcome(CALL, STEP, NOTE)).outcome == "conflict"

    assert kept(at_work) == (0, 0, "screening")
    assert actions(at_work) == ["referral_moved", "referral_viewed"]


def test_a_call_and_a_note_stand_against_nothing(at_work: Team) -> None:
    seen = at_work.seen()
    at_work.move(State.SCREENING)

    assert at_work.act(save_outcome, seen, Outcome(CALL, None, NOTE)).outcome == "done"

    assert kept(at_work) == (1, 1, "screening")


def test_of_two_outcomes_at_once_with_a_state_exactly_one_is_stored_whole(at_work: Team) -> None:
    seen = at_work.seen()

    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(at_work.act, save_outcome, seen, Outcome(CALL, STEP, NOTE)) for _ in range(2)]

    assert sorted(one.result().outcome for one in tried) == ["conflict", "done"]
    assert kept(at_work) == (1, 1, "contacted")


def test_an_outcome_waits_for_a_withdrawal_and_leaves_nothing_then(at_work: Team) -> None:
    with ThreadPoolExecutor(1) as pool:
        with at_work.database.writing() as session:
            data_subject_rights.withdraw(session, at_work.lead_id, at_work.referral_id, at_work.now)
            late = pool.submit(at_work.act, save_outcome, at_work.seen(), Outcome(CALL, STEP, NOTE))
            assert still_waits(late)
        assert late.result().outcome == "withdrawn"

    assert kept(at_work) == (0, 0, "withdrawn")


def test_a_strangers_outcome_finds_nothing_and_is_on_record(at_work: Team) -> None:
    stranger = colleague(at_work.database, Assignment("NCT00000002"))

    result = at_work.act(save_outcome, at_work.seen(), Outcome(CALL, STEP, NOTE), who=stranger)

    assert (result.outcome, result.referral) == ("not_found", None)
    assert (kept(at_work), actions(at_work)) == ((0, 0, "new"), ["referral_refused"])


def test_a_call_that_reached_the_person_is_a_contact_whatever_state_follows(at_work: Team) -> None:
    at_work.act(save_outcome, at_work.seen(), Outcome(CALL, Step(State.NOT_ELIGIBLE, MRI)))

    assert at_work.referral().contacted_at == at_work.now


@pytest.mark.parametrize("together", [True, False])
def test_taking_a_state_back_leaves_the_contact_that_a_call_made(at_work: Team, together: bool) -> None:
    if together:
        at_work.act(save_outcome, at_work.seen(), Outcome(CALL, STEP))
    else:
        at_work.move(State.CONTACTED)
        at_work.act(save_outcome, at_work.seen(), Outcome(CALL))
    called_at = at_work.now

    assert at_work.undo().outcome == "done"

    assert (at_work.referral().state, at_work.referral().contacted_at) == ("new", called_at)


def test_labels_are_stored_together_and_each_that_changed_is_on_record_with_a_version(at_work: Team) -> None:
    col, seen = colleague(at_work.database, Assignment("NCT00000001")), at_work.seen()

    result = at_work.act(label, seen, Labels(col.id, ("Evenings",), interpreter=True), who=col)

    referral = at_work.referral()
    assert (result.outcome, result.referral) == ("done", referral)
    assert (referral.assigned_to, at_work.page().tags, referral.interpreter) == (col.id, ("evenings",), True)
    assert [(one.action, one.details["version"]) for one in at_work.events()] == [
        ("referral_assigned", 2),
        ("referral_tagged", 3),
        ("interpreter_changed", 4),
    ]
    with at_work.database.reading() as session:
        assert [one.action for one in changes_since(session, Seen(seen.referral_id, 3))] == ["interpreter_changed"]


def test_labels_as_they_are_change_nothing(at_work: Team) -> None:
    at_work.act(label, at_work.seen(), Labels(at_work.rec.id, ("b", "a"), interpreter=False))
    before, events = at_work.referral(), actions(at_work)

    assert at_work.act(label, at_work.seen(), Labels(at_work.rec.id, ("a", " B "), interpreter=False)).outcome == "done"

    assert (at_work.referral(), actions(at_work)) == (before, events)


def test_where_one_label_is_refused_none_is_stored(at_work: Team) -> None:
    stranger = colleague(at_work.database, Assignment("NCT00000002"))
    personal = Labels(at_work.rec.id, ("ring 617 555 0100",), interpreter=True)
    foreign = Labels(stranger.id, ("urgent",), interpreter=True)

    assert [at_work.act(label, at_work.seen(), one).outcome for one in (personal, foreign)] == [
        "personal_tag",
        "no_colleague",
    ]
    assert (at_work.referral().version, actions(at_work)) == (1, [])


def test_who_is_assigned_and_works_here_no_more_stays_until_another_is_chosen(at_work: Team) -> None:
    gone = colleague(at_work.database, Assignment("NCT00000001"))
    at_work.act(label, at_work.seen(), Labels(gone.id, (), interpreter=None))
    with at_work.database.writing() as session:
        recruiters.disable(session, gone.id, at_work.now)

    assert at_work.act(label, at_work.seen(), Labels(gone.id, ("urgent",), interpreter=None)).outcome == "done"
    assert at_work.referral().assigned_to == gone.id


def test_of_two_who_say_whether_an_interpreter_is_needed_the_second_sees_the_first(at_work: Team) -> None:
    seen = at_work.seen()
    at_work.act(label, seen, Labels(None, (), interpreter=True))

    assert at_work.act(label, seen, Labels(None, (), interpreter=False)).outcome == "conflict"
    assert at_work.referral().interpreter is True
