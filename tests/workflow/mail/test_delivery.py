"""Delivery of the outbox, on both databases and to a mail server on loopback."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from prescreen.database import Database
from prescreen.mail.smtp import Post
from prescreen.retention_periods import Kept
from prescreen.storage.audit import events
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import LetterKind, Posting, StoredLetter
from prescreen.workflow.mail.delivery import LEASE, OLDEST, Letter, send_due, show_letter
from prescreen.workflow.operations.retention import purge
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.submission import Purpose
from tests.mailserver import Mailbox
from tests.people import LATER, NOW, submitted
from tests.workflow.mail.outgoing import LETTER, stored, work

CANARIES = ("quackenbush", "Wilhelmina", "Confirm your", "trials@")


def test_a_letter_is_sent_once_as_it_was_written(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    letter_id = put()

    work(database, keys, box)
    work(database, keys, box, LATER)

    [message] = box.messages
    assert (message["From"], message["To"], message["Subject"]) == (LETTER.sender, LETTER.recipient, LETTER.subject)
    assert message["Message-ID"] == stored(database, letter_id).message_id == f"<{letter_id}@example.org>"
    assert box.text() == LETTER.text
    assert (stored(database, letter_id).state, stored(database, letter_id).sent_at) == ("sent", NOW)


@pytest.mark.parametrize("words", ["Señora Núñez: ¿es usted?", "https://x.example/my/" + "a" * 150, ".\n..two\n"])
def test_signs_long_links_and_dots_arrive_whole(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID], words: str
) -> None:
    put(replace(LETTER, subject="Señal", text=words + "\n"))

    work(database, keys, box)

    assert (box.messages[0]["Subject"], box.text()) == ("Señal", words + "\n")


def test_a_rolled_back_transaction_leaves_no_letter(database: Database, keys: Keys, box: Mailbox) -> None:
    def fail_half_way() -> None:
        with database.writing() as session:
            outbox.add(session, keys.ring, Posting(LetterKind.CONFIRM, None, is_test=False), LETTER, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert work(database, keys, box) == []


def test_nothing_of_a_letter_stands_in_clear_in_the_database(
    database: Database, put: Callable[..., UUID], tmp_path: Path
) -> None:
    put()

    with database.reading() as session:
        rows = session.execute(text("SELECT * FROM outbox")).all()
    kept = str(rows).encode() + b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"pending" in kept
    encodings = [canary.encode(name) for canary in CANARIES for name in ("utf-8", "utf-16-le")]
    assert [one for one in encodings if one.lower() in kept.lower()] == []


def test_a_letter_moved_to_another_row_does_not_open(
    database: Database, keys: Keys, put: Callable[..., UUID], box: Mailbox
) -> None:
    one, other = put(), put()
    with database.writing() as session:
        content = stored(database, other).content
        session.execute(outbox.update(outbox.OutboxLetter).values(content=content))

    with pytest.raises(SealBrokenError):
        outbox.open_letter(keys.ring, stored(database, one))
    assert [attempt.why for attempt in work(database, keys, box)].count("its seal does not open") == 1
    assert len(box.messages) == 1


def test_who_dies_between_sending_and_noting_sends_again_under_the_same_message_id(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    put()

    def deliver_and_die(stored_letter: StoredLetter, letter: Letter) -> None:
        Post(box.server)(stored_letter, letter)
        raise SystemExit

    with pytest.raises(SystemExit):
        send_due(database, keys, deliver_and_die, lambda: NOW, lambda _: None)
    assert work(database, keys, box, NOW + LEASE - timedelta(seconds=1)) == []
    work(database, keys, box, NOW + LEASE)

    assert len(box.messages) == 2
    assert len({message["Message-ID"] for message in box.messages}) == 1


def test_a_server_that_takes_a_letter_and_dies_before_it_says_so_gets_it_again(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    put()
    box.answers["TAKEN"] = None
    work(database, keys, box)
    box.answers.clear()

    work(database, keys, box, LATER)

    assert len({message["Message-ID"] for message in box.messages}) == 1
    assert len(box.messages) == 2


def test_two_at_work_at_once_send_each_letter_once(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    for _ in range(12):
        put()

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(lambda _: work(database, keys, box), range(3)))

    assert len(box.messages) == len({message["Message-ID"] for message in box.messages}) == 12


def test_letters_of_test_leads_are_kept_and_never_sent(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    letter_id = put(is_test=True)

    assert work(database, keys, box, LATER) == []
    assert stored(database, letter_id).state == "pending"


def test_a_letter_that_waited_for_weeks_is_not_sent_any_more(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    put()

    [attempt] = work(database, keys, box, NOW + OLDEST + timedelta(seconds=1))

    assert (attempt.state, attempt.why, box.messages) == ("failed", "it is too old", [])


def test_deleting_a_lead_cancels_what_waits_and_erases_what_was_sent(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    lead_id = submitted(database, keys).lead_id
    before = put(lead_id=lead_id)
    work(database, keys, box)
    waiting, of_another = put(lead_id=lead_id), put()

    with database.writing() as session:
        data_subject_rights.delete(session, lead_id, LATER)

    ends = [(one.state, one.content is None) for one in (stored(database, i) for i in (before, waiting, of_another))]
    assert ends == [("sent", True), ("cancelled", True), ("pending", False)]
    assert [attempt.letter_id for attempt in work(database, keys, box, LATER)] == [of_another]


@pytest.mark.parametrize("way", ["email", "everything"])
@pytest.mark.parametrize("failed", [False, True])
def test_who_takes_back_email_gets_no_letter_that_waited_or_failed(  # noqa: PLR0917
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID], way: str, failed: bool
) -> None:
    lead_id = submitted(database, keys).lead_id
    letter_id = put(lead_id=lead_id)
    if failed:
        box.refused[LETTER.recipient] = "550 no such mailbox"
        work(database, keys, box)

    with database.writing() as session:
        if way == "email":
            data_subject_rights.withdraw_consent(session, lead_id, Purpose.EMAIL, LATER)
        else:
            data_subject_rights.withdraw(session, lead_id, None, LATER)

    assert (stored(database, letter_id).state, stored(database, letter_id).content) == ("cancelled", None)


def test_taking_back_the_phone_cancels_no_letter(database: Database, keys: Keys, put: Callable[..., UUID]) -> None:
    lead_id = submitted(database, keys).lead_id
    letter_id = put(lead_id=lead_id)

    with database.writing() as session:
        data_subject_rights.withdraw_consent(session, lead_id, Purpose.PHONE, LATER)

    assert stored(database, letter_id).state == "pending"


def test_showing_a_letter_is_on_record(database: Database, keys: Keys, put: Callable[..., UUID]) -> None:
    letter_id = put()

    assert show_letter(database, keys, letter_id, LATER) == LETTER
    assert show_letter(database, keys, uuid4(), LATER) is None

    with database.reading() as session:
        [event] = events.about(session, events.Subject("letter", str(letter_id)))
    assert (event.action, event.actor.kind) == ("letter_shown", "operator")


def test_old_letters_go_and_those_that_wait_stay(
    database: Database, keys: Keys, box: Mailbox, put: Callable[..., UUID]
) -> None:
    put()
    work(database, keys, box)
    waiting = put()

    assert purge(database, keys, {Kept.LETTERS: 35}, NOW + timedelta(days=34))[Kept.LETTERS] == 0
    assert purge(database, keys, {Kept.LETTERS: 35}, NOW + timedelta(days=36))[Kept.LETTERS] == 1
    assert stored(database, waiting).state == "pending"
