"""From state to state and back, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.mail import delivery
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals import state_changes
from prescreen.workflow.referrals.state_changes import LETTER_WAITS, Step
from prescreen.workflow.referrals.state_machine import MOST_REASON, NEXT, NO_REASON, Reason
from prescreen.workflow.referrals.teamwork import Result
from tests.mail.letters import PEN
from tests.workflow.team import MRI, Team, colleague, ended, still_waits, team


@pytest.fixture
def at_work(database: Database, keys: Keys) -> Team:
    return team(database, keys)


def test_a_step_changes_the_state_raises_the_version_and_is_kept(at_work: Team) -> None:
    result = at_work.move(State.SCREENING)

    referral, (change,) = at_work.referral(), at_work.history()
    assert (result.outcome, result.referral) == ("done", referral)
    assert (referral.state, referral.version, referral.state_changed_at) == ("screening", 2, at_work.now)
    assert (change.from_state, change.to_state, change.recruiter_id, change.at) == (
        "new",
        "screening",
        at_work.rec.id,
        at_work.now,
    )


def test_every_path_of_the_table_can_be_walked(at_work: Team) -> None:
    for to in (State.CONTACTED, State.SCREENING, State.NOT_ELIGIBLE, State.SCREENING, State.ELIGIBLE, State.ENROLLED):
        assert at_work.move(to).outcome == "done", to

    assert [change.to_state for change in at_work.history()][-2:] == ["eligible", "enrolled"]


@pytest.mark.parametrize("to", sorted(set(State) - set(NEXT[State.NEW])))
def test_a_step_that_the_table_lacks_changes_nothing(at_work: Team, to: State) -> None:
    assert at_work.move(to).outcome == "no_step"
    assert (at_work.referral().version, at_work.history()) == (1, [])


def test_the_first_contact_is_noted_once(at_work: Team) -> None:
    at_work.move(State.CONTACTED)
    first = at_work.now

    at_work.move(State.SCREENING)

    assert at_work.referral().contacted_at == first


@pytest.mark.parametrize("to", [State.UNREACHABLE, State.NOT_ELIGIBLE])
def test_what_can_be_said_without_speaking_to_anybody_is_no_contact(at_work: Team, to: State) -> None:
    at_work.move(to)

    assert at_work.referral().contacted_at is None


@pytest.mark.parametrize("reason", [MRI, Reason("fever"), Reason(words="Lives too far away.")])
def test_why_somebody_is_not_eligible_is_kept_on_the_referral_and_in_its_history(at_work: Team, reason: Reason) -> None:
    at_work.move(State.NOT_ELIGIBLE, reason)

    assert at_work.referral().reason == reason.stored
    assert at_work.history()[0].reason == reason.stored


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (NO_REASON, "no_reason"),
        (Reason("diabetes"), "no_such_reason"),
        (Reason(words="x" * (MOST_REASON + 1)), "long_reason"),
    ],
)
def test_not_eligible_needs_a_reason_of_this_trials_criteria_or_in_words(
    at_work: Team, reason: Reason, outcome: str
) -> None:
    assert at_work.move(State.NOT_ELIGIBLE, reason).outcome == outcome
    assert at_work.referral().state == "new"


def test_going_on_leaves_no_reason_behind(at_work: Team) -> None:
    at_work.move(State.NOT_ELIGIBLE)
    at_work.move(State.SCREENING)

    assert at_work.referral().reason is None


def test_a_change_is_on_record_with_its_states_and_without_its_words(at_work: Team) -> None:
    at_work.move(State.DECLINED, Reason(words="Her sister is ill."))

    event = at_work.events()[-1]
    assert (event.action, event.actor.id) == ("referral_moved", str(at_work.rec.id))
    assert event.details == {"from": "new", "to": "declined", "version": 2}


def test_the_letter_about_an_end_waits_so_long_that_a_slip_can_be_taken_back(at_work: Team) -> None:
    at_work.move(State.DECLINED)

    (letter,) = ended(at_work)
    assert (letter.state, letter.due_at) == ("pending", at_work.now + LETTER_WAITS)
    assert at_work.history()[0].letter_id == letter.id
    assert handed_in(at_work, at_work.now) == ["receipt"]
    assert handed_in(at_work, at_work.now + LETTER_WAITS) == ["ended"]


def handed_in(at_work: Team, now: datetime) -> list[str]:
    kinds: list[str] = []
    delivery.send_due(
        at_work.database, at_work.keys, lambda stored, _: kinds.append(stored.kind), lambda: now, lambda _: None
    )
    return kinds


def test_a_state_that_is_no_end_writes_no_letter(at_work: Team) -> None:
    at_work.move(State.CONTACTED)

    assert ended(at_work) == []
    assert at_work.history()[0].letter_id is None


def test_undoing_is_a_new_change_that_says_what_it_undoes(at_work: Team) -> None:
    at_work.move(State.CONTACTED)

    assert at_work.undo().outcome == "done"

    first, back = at_work.history()
    assert (back.from_state, back.to_state, back.undoes) == ("contacted", "new", first.id)
    referral = at_work.referral()
    assert (referral.state, referral.version, referral.contacted_at) == ("new", 3, None)
    assert at_work.events()[-1].action == "referral_move_undone"


def test_undoing_a_later_step_leaves_the_first_contact(at_work: Team) -> None:
    at_work.move(State.CONTACTED)
    first = at_work.now
    at_work.move(State.SCREENING)

    at_work.undo()

    assert at_work.referral().contacted_at == first


def test_undoing_brings_the_reason_back(at_work: Team) -> None:
    at_work.move(State.NOT_ELIGIBLE)
    at_work.move(State.SCREENING)

    at_work.undo()

    assert (at_work.referral().state, at_work.referral().reason) == ("not_eligible", MRI.stored)


def test_undoing_an_end_cancels_the_letter_that_waits(at_work: Team) -> None:
    at_work.move(State.DECLINED)

    at_work.undo()

    (letter,) = ended(at_work)
    assert (letter.state, letter.content) == ("cancelled", None)


def test_undoing_an_end_leaves_alone_a_letter_that_was_sent(at_work: Team) -> None:
    at_work.move(State.DECLINED)
    with at_work.database.writing() as session:
        outbox.sent(session, ended(at_work)[0].id, at_work.now)

    at_work.undo()

    assert ended(at_work)[0].state == "sent"


def test_only_the_last_change_can_be_taken_back_and_only_once(at_work: Team) -> None:
    at_work.move(State.CONTACTED)
    at_work.move(State.SCREENING)
    first, second = at_work.history()

    assert at_work.act(state_changes.undo, at_work.seen(), first.id).outcome == "nothing_to_undo"
    assert at_work.act(state_changes.undo, at_work.seen(), second.id).outcome == "done"
    assert at_work.act(state_changes.undo, at_work.seen(), second.id).outcome == "nothing_to_undo"
    assert at_work.act(state_changes.undo, at_work.seen(), first.id).outcome == "done"
    assert at_work.referral().state == "new"


def test_a_colleague_may_take_a_step_back_and_a_stranger_finds_nothing(at_work: Team) -> None:
    at_work.move(State.CONTACTED)
    (change,) = at_work.history()
    stranger = colleague(at_work.database, Assignment("NCT00000002"), name="Stran Ger")
    other = colleague(at_work.database, Assignment("NCT00000001", "leeds"))

    assert at_work.act(state_changes.undo, at_work.seen(), change.id, who=stranger) == Result("not_found")
    assert at_work.events()[-1].action == "referral_refused"
    assert at_work.act(state_changes.undo, at_work.seen(), change.id, who=other).outcome == "done"


def test_a_change_from_an_older_sight_of_it_is_not_made_and_shows_what_it_is_now(at_work: Team) -> None:
    before = at_work.seen()
    at_work.move(State.SCREENING)

    result = at_work.move(State.DECLINED, seen=before)

    assert result.outcome == "conflict"
    assert result.referral == at_work.referral()
    assert at_work.referral().state == "screening"
    assert at_work.events()[-1].action == "referral_viewed"


def test_of_two_changes_at_once_exactly_one_is_made(at_work: Team) -> None:
    both = at_work.seen()
    with ThreadPoolExecutor(1) as pool:
        with at_work.database.writing() as session:
            first = state_changes.move(
                session, Desk(at_work.keys, PEN, at_work.now), at_work.rec, both, Step(State.CONTACTED)
            )
            second = pool.submit(at_work.move, State.SCREENING, seen=both)
            assert still_waits(second)
        outcomes = [first.outcome, second.result(timeout=20).outcome]

    assert outcomes == ["done", "conflict"]
    assert (at_work.referral().state, at_work.referral().version) == ("contacted", 2)


def test_many_at_once_from_the_same_sight_make_one_change(at_work: Team) -> None:
    both = at_work.seen()

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(lambda _: at_work.move(State.CONTACTED, seen=both).outcome, range(6)))

    assert outcomes == ["conflict"] * 5 + ["done"]
    assert len(at_work.history()) == 1


def test_nothing_of_a_withdrawn_referral_is_changed(at_work: Team) -> None:
    at_work.move(State.CONTACTED)
    with at_work.database.writing() as session:
        data_subject_rights.withdraw(session, at_work.lead_id, at_work.referral_id, at_work.now + timedelta(minutes=1))

    assert at_work.move(State.SCREENING).outcome == "withdrawn"
    assert at_work.undo().outcome == "withdrawn"
    assert at_work.referral().state == "withdrawn"


def test_a_change_stored_later_is_later_in_the_history_though_a_clock_is_behind(at_work: Team) -> None:
    at_work.move(State.CONTACTED)
    at_work.now -= timedelta(hours=1)
    at_work.move(State.SCREENING)
    at_work.undo()
    with at_work.database.writing() as session:
        data_subject_rights.withdraw(session, at_work.lead_id, None, at_work.now - timedelta(hours=1))

    history = at_work.history()
    assert [one.to_state for one in history] == ["contacted", "screening", "contacted", "withdrawn"]
    assert [one.at for one in history] == sorted({one.at for one in history})
