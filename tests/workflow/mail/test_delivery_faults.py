"""Whose fault it is that a letter is not sent, and what becomes of it and of the others, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.workflow.mail.delivery_faults import MOST_ATTEMPTS
from tests.mailserver import RESET, Mailbox, running
from tests.people import LATER, NOW
from tests.workflow.mail.outgoing import LETTER, stored, work


def test_a_refused_address_is_given_up_and_holds_up_nobody(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    box.refused["nobody@example.org"] = "550 no such mailbox"
    refused, other = put(replace(LETTER, recipient="nobody@example.org")), put()

    work(database, keys, box)

    assert [stored(database, one).state for one in (refused, other)] == ["failed", "sent"]
    assert [stored(database, one).fault for one in (refused, other)] == ["refused with 550", None]
    assert len(box.messages) == 1


@pytest.mark.parametrize("goodbye", ["421 closing", "500 what", None, RESET])
def test_a_letter_that_was_taken_goes_out_once_however_the_server_says_goodbye(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID], goodbye: str | None
) -> None:
    letters = [put(), put()]
    box.answers["QUIT"] = goodbye

    for hours in range(3):
        work(database, keys, box, NOW + timedelta(hours=hours))

    assert [stored(database, one).state for one in letters] == ["sent", "sent"]
    assert [stored(database, one).sent_at for one in letters] == [NOW, NOW]
    assert len(box.messages) == 2


SETUP_FAULTS = [
    {"MAIL": "530 5.7.0 authenticate first"},
    {"MAIL": "550 who are you"},
    {"MAIL": "553 not your address"},
    {"RCPT": "554 5.7.1 relay access denied"},
    {"RCPT": "550 relay not permitted"},
    {"RCPT": "454 4.7.1 relay access denied"},
    {"DATA": "554 no"},
    {"TAKEN": "554 5.7.1 rejected by policy"},
]


@pytest.mark.parametrize("answers", SETUP_FAULTS, ids=str)
def test_a_fault_of_the_set_up_fails_no_letter_and_is_told_for_days(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID], answers: dict[str, str]
) -> None:
    letters = [put(), put()]
    box.answers.update(answers)
    told = [work(database, keys, box, NOW + timedelta(hours=2 * turn)) for turn in range(2 * MOST_ATTEMPTS)]

    assert [stored(database, one).state for one in letters] == ["pending", "pending"]
    assert {len(one) for one in told} == {1}
    assert all(one.handling and one.handling.tell_operator for [one] in told)
    assert stored(database, letters[0]).fault == told[0][0].why
    box.answers.clear()
    work(database, keys, box, NOW + timedelta(days=3))

    assert [stored(database, one).state for one in letters] == ["sent", "sent"]
    assert [stored(database, one).fault for one in letters] == [None, None]


def test_an_outage_leaves_a_letter_attempts_of_its_own(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    letter_id = put()
    box.answers["MAIL"] = None
    for _ in range(MOST_ATTEMPTS * 2):
        work(database, keys, box, stored(database, letter_id).due_at)
    box.answers.clear()
    box.refused[LETTER.recipient] = "451 come back later"

    work(database, keys, box, stored(database, letter_id).due_at)
    assert stored(database, letter_id).state == "pending"

    box.refused.clear()
    work(database, keys, box, stored(database, letter_id).due_at)
    assert stored(database, letter_id).state == "sent"


def test_an_address_with_other_letters_is_reached_or_fails_alone(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    foreign = [put(replace(LETTER, recipient=one)) for one in ("q4@bücher.example", "josé@example.org")]
    other = put()

    attempts = work(database, keys, box)

    assert [stored(database, one).state for one in (*foreign, other)] == ["sent", "failed", "sent"]
    assert len(attempts) == 3
    assert {message["To"] for message in box.messages} == {"q4@xn--bcher-kva.example", LETTER.recipient}


def test_a_sender_with_other_letters_in_its_domain_sends(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    put(replace(LETTER, sender="wir@bücher.example"))

    work(database, keys, box)

    [message] = box.messages
    assert message["From"] == "wir@xn--bcher-kva.example"
    assert message["Message-ID"].isascii()


@pytest.mark.parametrize("recipient", ["no address\nBcc: x@example.org", "ä@example.org", ""])
def test_a_letter_that_cannot_be_written_is_given_up_and_holds_up_nobody(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID], recipient: str
) -> None:
    put(replace(LETTER, recipient=recipient))
    other = put()

    for minutes in range(10):
        work(database, keys, box, NOW + timedelta(minutes=minutes))

    assert stored(database, other).state == "sent"
    assert [message["To"] for message in box.messages] == [LETTER.recipient]


def test_what_is_refused_for_now_is_tried_again_later_and_later(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    box.refused[LETTER.recipient] = "451 come back later"
    letter_id, at, waits = put(), NOW, []

    for _ in range(4):
        work(database, keys, box, at)
        waits.append(stored(database, letter_id).due_at - at)
        at = stored(database, letter_id).due_at
    box.refused.clear()
    work(database, keys, box, at)

    assert [wait.total_seconds() / 60 for wait in waits] == [1, 2, 4, 8]
    assert stored(database, letter_id).state == "sent"


def test_what_fails_is_given_up_after_so_many_attempts(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    box.refused[LETTER.recipient] = "451 never"
    letter_id = put()

    for _ in range(MOST_ATTEMPTS + 3):
        work(database, keys, box, stored(database, letter_id).due_at)

    assert (stored(database, letter_id).state, stored(database, letter_id).attempts) == ("failed", MOST_ATTEMPTS)


@pytest.mark.parametrize("answers", [{"MAIL": None}, {"EHLO": None, "HELO": None}, {"MAIL": "421 closing"}])
def test_a_server_that_breaks_off_loses_nothing(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID], answers: dict[str, str | None]
) -> None:
    letter_id = put()
    box.answers.update(answers)
    work(database, keys, box)
    box.answers.clear()

    work(database, keys, box, LATER)

    assert stored(database, letter_id).state == "sent"


def test_a_server_that_is_away_is_not_asked_for_every_letter(
    database: Database, keys: Keys, put: Callable[..., UUID]
) -> None:
    with running() as gone:
        pass
    letters = [put() for _ in range(3)]

    assert len(work(database, keys, gone)) == 1
    assert sorted(stored(database, one).attempts for one in letters) == [0, 0, 1]


def test_a_server_that_is_away_for_days_loses_no_letter(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    letter_id = put()
    box.answers["MAIL"] = None
    for _ in range(MOST_ATTEMPTS * 3):
        work(database, keys, box, stored(database, letter_id).due_at)
    assert stored(database, letter_id).state == "pending"
    assert stored(database, letter_id).due_at < NOW + timedelta(days=2)
    box.answers.clear()

    work(database, keys, box, stored(database, letter_id).due_at)

    assert stored(database, letter_id).state == "sent"
