from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from prescreen.web.referrals.referral_page import read_call
from prescreen.workflow.referrals.call_log import Call, CallOutcome

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # noon in New York


def read(**typed: str) -> tuple[Call | None, dict[str, str]]:
    return read_call(MultiDict({"outcome": "reached", **typed}), NEW_YORK, NOW)


def test_a_call_is_read_with_its_note_and_the_time_by_the_clocks_of_the_service():
    call, errors = read(call_note="  Ask for Mina.\r\nAfter six. ", call_back_at="2026-11-24T18:30")

    assert errors == {}
    assert call == Call(CallOutcome.REACHED, "Ask for Mina.\nAfter six.", datetime(2026, 11, 24, 23, 30, tzinfo=UTC))


def test_note_and_time_may_be_left_out():
    assert read() == (Call(CallOutcome.REACHED), {})


@pytest.mark.parametrize("outcome", ["", "eligible", "REACHED"])
def test_an_outcome_must_be_chosen_from_the_list(outcome: str):
    assert read(outcome=outcome) == (None, {"outcome": "Choose what came of the call."})


def test_a_note_of_a_thousand_signs_is_the_longest():
    fits, errors = read(call_note="é\r\n" * 500)
    assert (fits is not None, errors) == (True, {})

    call, errors = read(call_note="é" * 1001)
    assert call is None
    assert errors == {"call_note": "Shorten this to at most 1,000 characters; it has 1,001."}


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
    call, errors = read(call_back_at=typed)

    assert (call is not None) == accepted
    assert ("still to come" in errors.get("call_back_at", "")) != accepted


@pytest.mark.parametrize(
    "typed", ["tomorrow", "2026-11-31T10:00", "2026-11-24", "9999-12-31T23:59", "0001-01-01T00:00"]
)
def test_a_time_that_cannot_be_read_says_how_to_mend_it(typed: str):
    call, errors = read(call_back_at=typed)

    assert call is None
    assert "Choose a" in errors["call_back_at"]


def test_a_time_that_the_clocks_skip_is_refused():
    call, errors = read(call_back_at="2027-03-14T02:30")

    assert call is None
    assert "skip this time" in errors["call_back_at"]


def test_of_a_time_that_comes_twice_the_first_counts():
    call, _ = read(call_back_at="2027-11-07T01:30")

    assert call is not None
    assert call.call_back_at == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


def test_who_is_to_be_called_back_needs_a_time():
    call, errors = read(outcome="call_back")

    assert (call, errors) == (None, {"call_back_at": "Say when to call back: choose a day and a time."})
    assert read(outcome="call_back", call_back_at=f"{NOW + timedelta(days=1):%Y-%m-%dT%H:%M}")[1] == {}
