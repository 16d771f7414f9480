"""Delivery of the outbox, on both databases and to a mail server on loopback."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from prescreen.database import Database
from prescreen.mail.smtp import Post
from prescreen.storage.audit import events
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import LetterKind, Posting, StoredLetter
from prescreen.workflow.mail.delivery import LEASE, MOST_ATTEMPTS, OLDEST, Attempt, Letter, send_due, show_letter
from prescreen.workflow.operations.retention import purge_letters
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.submission import Purpose
from tests.mailserver import RESET, Mailbox, running
from tests.people import LATER, NOW, submitted

LETTER = Letter("trials@example.org", "w.quackenbush@example.org", "Confirm your address", "Dear Wilhelmina,\n\nhi.\n")
CANARIES = ("quackenbush", "Wilhelmina", "Confirm your", "trials@")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with running() as mailbox:
        yield mailbox


@pytest.fixture
def put(database: Database, keys: Keys) -> Callable[..., UUID]:
    def add(letter: Letter = LETTER, *, lead_id: UUID | None = None, is_test: bool = False) -> UUID:
        with database.writing() as session:
            return outbox.add(session, keys.ring, Posting(LetterKind.CONFIRM, lead_id, is_test), letter, NOW)

    return add


def work(database: Database, keys: Keys, box: Mailbox, at: datetime = NOW) -> list[Attempt]:
    told: list[Attempt] = []
    send_due(database, keys, Post(box.server), lambda: at, told.append)
    return told


def stored(database: Database, letter_id: UUID) -> StoredLetter:
    with database.reading() as session:
        found = outbox.find(session, letter_id)
    assert found is not None
    return found


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

    assert purge_letters(database, NOW + timedelta(days=34)) == 0
    assert purge_letters(database, NOW + timedelta(days=36)) == 1
    assert stored(database, waiting).state == "pending"
