from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from prescreen.storage.referrals.referrals import State
from prescreen.web.referrals.referral_page import read_outcome
from prescreen.workflow.referrals.call_log import Call, CallOutcome
from prescreen.workflow.referrals.outcomes import Outcome
from prescreen.workflow.referrals.state_changes import Step
from prescreen.workflow.referrals.state_machine import Reason

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # noon in New York


def read(**typed: str) -> tuple[Outcome, dict[str, str]]:
    return read_outcome(MultiDict({"outcome": "reached", **typed}), NEW_YORK, NOW)


def test_a_call_is_read_with_its_note_and_the_time_by_the_clocks_of_the_service():
    outcome, errors = read(note="  Ask for Mina.\r\nAfter six. ", call_back_at="2026-11-24T18:30")

    assert errors == {}
    back = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert outcome == Outcome(Call(CallOutcome.REACHED, call_back_at=back), None, "Ask for Mina.\nAfter six.")


def test_each_part_may_be_left_out():
    assert read() == (Outcome(Call(CallOutcome.REACHED)), {})
    assert read(outcome="", note="Moved.") == (Outcome(note="Moved."), {})
    assert read(outcome="", state="contacted") == (Outcome(step=Step(State.CONTACTED)), {})
    assert read(outcome="", call_back_at="", state="", note=" ")[0].is_empty


def test_the_state_comes_with_its_reason():
    criterion, words = Reason("mri", "Too old."), Reason(words="Too far.")

    assert read(state="not_eligible", reason="criterion:mri", reason_words="Too old.")[0].step == Step(
        State.NOT_ELIGIBLE, criterion
    )
    assert read(state="declined", reason="", reason_words="Too far.")[0].step == Step(State.DECLINED, words)


@pytest.mark.parametrize("outcome", ["eligible", "REACHED", "call_back"])
def test_an_outcome_must_be_chosen_from_the_list(outcome: str):
    assert read(outcome=outcome) == (Outcome(), {"outcome": "Choose what came of the call."})


def test_a_note_of_two_thousand_signs_is_the_longest():
    assert read(note="é\r\n" * 1000)[1] == {}
    assert read(note="é" * 2001)[1] == {"note": "Shorten this to at most 2,000 characters; it has 2,001."}


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("2026-11-23T12:01", True),
        ("2026-11-23T12:00", False),
        ("2026-11-22T12:01", False),
        ("2027-11-24T11:59", True),
        ("2027-11-25T12:00", False),
    ],
)
def test_a_time_to_call_back_is_still_to_come_within_a_year(typed: str, accepted: bool):
    errors = read(call_back_at=typed)[1]

    assert ("still to come" in errors.get("call_back_at", "")) != accepted


@pytest.mark.parametrize(
    "typed", ["tomorrow", "2026-11-31T10:00", "2026-11-24", "9999-12-31T23:59", "0001-01-01T00:00"]
)
def test_a_time_that_cannot_be_read_says_how_to_mend_it(typed: str):
    assert "Choose a" in read(call_back_at=typed)[1]["call_back_at"]


def test_a_time_that_the_clocks_skip_is_refused():
    assert "skip this time" in read(call_back_at="2027-03-14T02:30")[1]["call_back_at"]


def test_of_a_time_that_comes_twice_the_first_counts():
    call = read(call_back_at="2027-11-07T01:30")[0].call

    assert call is not None
    assert call.call_back_at == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


def test_a_time_alone_says_that_the_person_is_to_be_called_back():
    outcome, errors = read(outcome="", call_back_at="2026-11-24T18:30")

    back = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert (outcome, errors) == (Outcome(Call(CallOutcome.CALL_BACK, call_back_at=back)), {})


def test_a_reminder_goes_with_the_time_to_call_back():
    outcome, errors = read(call_back_at="2026-11-24T18:30", remind="yes")

    back = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert (outcome.call, errors) == (Call(CallOutcome.REACHED, call_back_at=back, reminds=True), {})


def test_a_reminder_without_a_time_asks_for_one():
    assert "Choose when to call back" in read(remind="yes")[1]["call_back_at"]
