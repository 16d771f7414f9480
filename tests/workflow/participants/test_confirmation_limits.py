"""How often an address is asked whose it is, whichever door its details come through, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import LetterState
from prescreen.storage.participants.consents import Purpose
from prescreen.workflow.participants import (
    confirmation_limits,
    contact_changes,
    data_subject_rights,
    email_confirmation,
)
from prescreen.workflow.participants.confirmation_limits import ASKED_ONCE_IN, DISOWNED_FOR
from prescreen.workflow.participants.participant_letters import ANSWER_LASTS, Desk, ask_to_confirm
from prescreen.workflow.participants.private_links import Answer
from prescreen.workflow.participants.submission import Submission, submit
from tests.mail.letters import PEN
from tests.people import CONTACT, NOW, SHARE_A, SUBMISSION
from tests.workflow.letters import EMAIL, token_for

IN_A_MOMENT = timedelta(minutes=1)
VICTIM = "victim@example.org"
_numbers: Iterator[int] = count()


def details(at: datetime = NOW, email: str = VICTIM, *, is_test: bool = False) -> Submission:
    """Return details of somebody new with an address."""
    return replace(
        SUBMISSION,
        id=f"limit-{next(_numbers)}",
        contact=replace(CONTACT, email=email),
        consents=(SHARE_A, EMAIL),
        referrals=(),
        is_test=is_test,
        submitted_at=at,
    )


def sent(database: Database, keys: Keys, at: datetime = NOW, email: str = VICTIM, *, is_test: bool = False) -> UUID:
    """Store details with an address and ask it, as the form and the entry by phone do."""
    with database.writing() as session:
        lead_id = submit(session, keys, details(at, email, is_test=is_test)).lead_id
        ask_to_confirm(session, Desk(keys, PEN, at), lead_id)
    return lead_id


def asked(database: Database, keys: Keys) -> list[str]:
    """Return the addresses of all letters that ask whose they are and may go out or did."""
    with database.reading() as session:
        found = [one for one in outbox.everything(session) if one.kind == "confirm" and one.state != "cancelled"]
        return [letter.recipient for one in found if (letter := outbox.open_letter(keys.ring, one))]


def answer(database: Database, keys: Keys, lead_id: UUID, answered: Answer, at: datetime) -> bool:
    token = token_for(database, keys, lead_id, answered, at)
    with database.writing() as session:
        if answered is Answer.MINE:
            return email_confirmation.confirm_address(session, Desk(keys, PEN, at), token)
        return email_confirmation.disown_address(session, keys, token, at)


def test_an_address_that_does_not_answer_gets_one_letter(database: Database, keys: Keys) -> None:
    for number in range(25):
        sent(database, keys, NOW + number * timedelta(hours=13))

    assert asked(database, keys) == [VICTIM]


def test_it_is_asked_again_when_the_links_of_the_first_letter_have_expired(database: Database, keys: Keys) -> None:
    sent(database, keys)
    sent(database, keys, NOW + ANSWER_LASTS - IN_A_MOMENT)
    assert len(asked(database, keys)) == 1

    sent(database, keys, NOW + ANSWER_LASTS)

    assert len(asked(database, keys)) == 2


def test_an_address_that_answers_is_asked_once_a_day(database: Database, keys: Keys) -> None:
    at = NOW
    for _ in range(3):
        lead_id = sent(database, keys, at)
        assert answer(database, keys, lead_id, Answer.MINE, at)
    assert len(asked(database, keys)) == 2

    sent(database, keys, at + ASKED_ONCE_IN)
    sent(database, keys, at + ASKED_ONCE_IN + IN_A_MOMENT)

    assert len(asked(database, keys)) == 3


@pytest.mark.parametrize(
    "email",
    ["VICTIM@example.org", "victim+1@example.org", "victim+a.b@EXAMPLE.org", "\uff56ictim@example.org"],
)
def test_another_spelling_is_the_same_mailbox(database: Database, keys: Keys, email: str) -> None:
    sent(database, keys)
    sent(database, keys, email=email)

    assert len(asked(database, keys)) == 1


def test_dots_make_no_other_mailbox_where_the_provider_ignores_them(database: Database, keys: Keys) -> None:
    for email in ("v.i@gmail.com", "vi@googlemail.com", "v.i@example.org", "vi@example.org"):
        sent(database, keys, email=email)

    assert len(asked(database, keys)) == 3


def test_others_are_asked_as_ever(database: Database, keys: Keys) -> None:
    for number in range(3):
        sent(database, keys, email=f"person{number}@example.org")

    assert len(asked(database, keys)) == 3


def test_a_test_does_not_use_up_the_letter_of_a_real_person(database: Database, keys: Keys) -> None:
    sent(database, keys, is_test=True)
    sent(database, keys, is_test=True)
    sent(database, keys)

    assert len(asked(database, keys)) == 2


def test_a_letter_that_was_cancelled_before_it_left_does_not_count(database: Database, keys: Keys) -> None:
    lead_id = sent(database, keys)
    with database.writing() as session:
        data_subject_rights.withdraw_consent(session, lead_id, Purpose.EMAIL, NOW)
        assert contact_changes.allow_channel(session, Desk(keys, PEN, NOW), lead_id, EMAIL)

    assert asked(database, keys) == [VICTIM]


@pytest.mark.parametrize("state", [LetterState.SENT, LetterState.CANCELLED])
def test_a_letter_that_may_have_left_counts_even_if_the_person_is_deleted(
    database: Database, keys: Keys, state: LetterState
) -> None:
    lead_id = sent(database, keys)
    with database.writing() as session:
        taken = outbox.take(session, NOW, NOW + IN_A_MOMENT)
        assert taken is not None
        if state is LetterState.SENT:
            outbox.sent(session, taken.id, NOW)
        data_subject_rights.delete(session, lead_id, NOW)

    sent(database, keys, NOW + IN_A_MOMENT)

    with database.reading() as session:
        assert [one.state for one in outbox.everything(session)] == [state]


def test_going_back_and_forth_between_two_addresses_writes_to_each_once(database: Database, keys: Keys) -> None:
    lead_id = sent(database, keys)
    for number in range(10):
        with database.writing() as session:
            letter = outbox.take(session, NOW, NOW)
            if letter is not None:
                outbox.sent(session, letter.id, NOW)
            other = replace(CONTACT, email=("other@example.org", VICTIM)[number % 2])
            assert contact_changes.correct_contact(session, Desk(keys, PEN, NOW), lead_id, other)

    assert sorted(asked(database, keys)) == ["other@example.org", VICTIM]


def test_the_letter_to_an_address_that_came_back_can_still_be_answered(database: Database, keys: Keys) -> None:
    lead_id = sent(database, keys)
    token = token_for(database, keys, lead_id, Answer.MINE, NOW)
    with database.writing() as session:
        for email in ("other@example.org", VICTIM):
            contact_changes.correct_contact(session, Desk(keys, PEN, NOW), lead_id, replace(CONTACT, email=email))

    with database.writing() as session:
        assert email_confirmation.confirm_address(session, Desk(keys, PEN, NOW), token)


def test_asking_again_by_hand_keeps_to_the_limit(database: Database, keys: Keys) -> None:
    lead_id = sent(database, keys)
    for at in (NOW, NOW + ANSWER_LASTS - IN_A_MOMENT, NOW + ANSWER_LASTS, NOW + ANSWER_LASTS + IN_A_MOMENT):
        with database.writing() as session:
            contact_changes.ask_again(session, Desk(keys, PEN, at), lead_id)

    assert len(asked(database, keys)) == 2


def test_a_disowned_address_is_not_asked_for_half_a_year_and_then_forgotten(database: Database, keys: Keys) -> None:
    answer(database, keys, sent(database, keys), Answer.NOT_ME, NOW)
    before = len(asked(database, keys))
    for at in (NOW + ASKED_ONCE_IN, NOW + ANSWER_LASTS, NOW + DISOWNED_FOR - IN_A_MOMENT):
        sent(database, keys, at)
        assert forgotten(database, at) == 0
    assert len(asked(database, keys)) == before

    assert forgotten(database, NOW + DISOWNED_FOR + IN_A_MOMENT) == 1
    sent(database, keys, NOW + DISOWNED_FOR + IN_A_MOMENT)

    assert len(asked(database, keys)) == before + 1


def test_what_is_too_old_to_count_is_forgotten_and_nothing_else(database: Database, keys: Keys) -> None:
    sent(database, keys)
    sent(database, keys, NOW + IN_A_MOMENT, "other@example.org")

    assert forgotten(database, NOW + ANSWER_LASTS) == 0
    assert forgotten(database, NOW + ANSWER_LASTS + timedelta(seconds=1)) == 1


def test_whose_address_is_confirmed_is_still_written_to_after_refusing_what_another_left(
    database: Database, keys: Keys
) -> None:
    own = sent(database, keys)
    answer(database, keys, own, Answer.MINE, NOW)
    strangers = sent(database, keys, NOW + ASKED_ONCE_IN)
    answer(database, keys, strangers, Answer.NOT_ME, NOW + ASKED_ONCE_IN)

    with database.writing() as session:
        email_confirmation.send_links_again(session, Desk(keys, PEN, NOW + ASKED_ONCE_IN), VICTIM, "192.0.2.1")
        kinds = [one.kind for one in outbox.of_lead(session, own)]

    assert "link" in kinds


def test_who_sends_while_another_is_still_sending_waits_and_causes_no_second_letter(
    database: Database, keys: Keys
) -> None:
    # The wordings are stored by now, so that two who send at once do not wait for those already.
    sent(database, keys, email="earlier@example.org")
    with ThreadPoolExecutor(1) as beside:
        with database.writing() as session:
            lead_id = submit(session, keys, details()).lead_id
            assert ask_to_confirm(session, Desk(keys, PEN, NOW), lead_id)
            second = beside.submit(sent, database, keys)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        second.result()

    assert sorted(asked(database, keys)) == ["earlier@example.org", VICTIM]


def test_no_address_can_be_read_from_what_is_remembered(database: Database, keys: Keys) -> None:
    sent(database, keys)

    key = keys.index_of_mailbox(VICTIM, "mailbox")
    assert len(key) == 32
    assert key not in {keys.index_of_email(VICTIM), keys.index_of_mailbox(VICTIM, "mailbox of a test")}


def forgotten(database: Database, at: datetime) -> int:
    with database.writing() as session:
        return confirmation_limits.forget(session, at)
