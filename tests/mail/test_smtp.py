"""Letters handed to a mail server: when they are sent, whose fault it is when not, and what never crosses a network."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from prescreen.mail import smtp
from prescreen.mail.smtp import Post
from prescreen.storage.mail.outbox import Letter, LetterKind, LetterState, StoredLetter
from prescreen.workflow.mail.delivery_faults import DeliveryError, Fault
from tests.mail.certificates import self_signed
from tests.mailserver import RESET, STALL, Mailbox, running
from tests.people import NOW

STORED = StoredLetter(
    UUID(int=1), None, LetterKind.CONFIRM, b"", "<1@example.org>", LetterState.PENDING, False, 1, NOW, NOW, None
)
LETTER = Letter("trials@example.org", "w@example.org", "Hi", "Hi\n")
FAR = "127.1"
"""This machine under a name that looks like one of the network."""


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with running() as mailbox:
        yield mailbox


def send(box: Mailbox, letter: Letter = LETTER, **changed: object) -> None:
    Post(replace(box.server, **changed))(STORED, letter)


def fault(box: Mailbox, letter: Letter = LETTER, **changed: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as failed:
        send(box, letter, **changed)
    return failed.value


# --- once it is taken, it is sent ---


@pytest.mark.parametrize(
    "goodbye", ["421 closing", "250 fine", "500 what", "no reply at all", "221", None, RESET, STALL]
)
def test_a_letter_that_was_taken_is_sent_however_the_server_says_goodbye(box: Mailbox, goodbye: str | None):
    box.answers["QUIT"] = goodbye

    send(box)

    assert len(box.messages) == 1


def test_a_server_that_never_says_goodbye_holds_up_the_next_letter_for_seconds_only(box: Mailbox):
    box.answers["QUIT"] = STALL

    begun = time.monotonic()
    send(box)

    assert time.monotonic() - begun < smtp.TIMEOUT_S / 2


@pytest.mark.parametrize("taken", ["250 2.0.0 queued", "250-first\r\n250 last", "200 ok", "252 perhaps"])
def test_any_positive_reply_to_the_text_means_that_it_is_sent(box: Mailbox, taken: str):
    box.answers["TAKEN"] = taken

    send(box)

    assert len(box.messages) == 1


def test_a_server_that_searches_long_before_it_takes_a_letter_is_waited_for(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(smtp, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(smtp, "ACCEPTING_TIMEOUT_S", 0.6)
    box.answers["TAKEN"] = STALL

    begun = time.monotonic()
    assert fault(box).fault is Fault.SERVER
    assert time.monotonic() - begun >= 0.6


@pytest.mark.parametrize("goodbye", ["421 closing", None, RESET])
def test_a_goodbye_hides_no_refusal_before_it(box: Mailbox, goodbye: str | None):
    box.refused[LETTER.recipient] = "550 5.1.1 no such user"
    box.answers["QUIT"] = goodbye

    assert fault(box).fault is Fault.LETTER


# --- whose fault it is ---

REFUSALS = [
    ({"MAIL": "530 5.7.0 authenticate first"}, Fault.SETUP),
    ({"MAIL": "550 not you"}, Fault.SETUP),
    ({"MAIL": "553 5.7.1 not your address"}, Fault.SETUP),
    ({"MAIL": "451 later"}, Fault.SERVER),
    ({"RCPT": "554 5.7.1 relay access denied"}, Fault.SETUP),
    ({"RCPT": "554 relay denied"}, Fault.SETUP),
    ({"RCPT": "454 4.7.1 relay access denied"}, Fault.SETUP),
    ({"RCPT": "550 5.1.1 no such user"}, Fault.LETTER),
    ({"RCPT": "550 no such user"}, Fault.LETTER),
    ({"RCPT": "450 4.2.0 greylisted"}, Fault.LETTER_FOR_NOW),
    ({"RCPT": "421 4.3.2 going down"}, Fault.SERVER),
    ({"DATA": "554 no valid recipients"}, Fault.SETUP),
    ({"DATA": "451 later"}, Fault.LETTER_FOR_NOW),
    ({"TAKEN": "554 5.7.1 looks like spam"}, Fault.SETUP),
    ({"TAKEN": "550 5.7.26 no DKIM"}, Fault.SETUP),
    ({"TAKEN": "550 5.6.0 cannot be passed on"}, Fault.LETTER),
    ({"TAKEN": "452 4.3.1 disk full"}, Fault.SERVER),
    ({"TAKEN": None}, Fault.SERVER),
    ({"DATA": "250 what"}, Fault.SERVER),
    ({"GREETING": "554 5.7.1 your address is blocked"}, Fault.SETUP),
    ({"GREETING": "421 too many connections"}, Fault.SERVER),
    ({"EHLO": "550 no", "HELO": "550 no"}, Fault.SETUP),
    ({"MAIL": RESET}, Fault.SERVER),
]


@pytest.mark.parametrize(("answers", "expected"), REFUSALS, ids=[str(answers) for answers, _ in REFUSALS])
def test_a_refusal_is_the_fault_of_the_letter_the_server_or_the_set_up(
    box: Mailbox, answers: dict[str, str | None], expected: Fault
):
    box.answers.update(answers)

    assert fault(box).fault is expected


def test_what_is_told_of_a_refusal_has_codes_and_no_address(box: Mailbox):
    box.answers["RCPT"] = f"550 5.1.1 <{LETTER.recipient}> unknown"
    assert str(fault(box)) == "refused with 550 5.1.1"

    box.answers["MAIL"] = f"553 5.7.1 <{LETTER.sender}> is not yours"
    assert str(fault(box)) == "the mail server refuses our sender; look at PRESCREEN_MAIL_FROM (553 5.7.1)"


# --- passwords and encryption ---


@pytest.mark.parametrize(
    ("offers", "answer"),
    [(["AUTH PLAIN"], "535 5.7.8 no"), (["AUTH PLAIN"], "534 no"), (["AUTH GSSAPI"], ""), ([], "")],
)
def test_a_refused_password_is_the_set_ups_affair_and_told_without_it(box: Mailbox, offers: list[str], answer: str):
    box.offers, box.answers["AUTH"] = offers, answer

    failed = fault(box, user="me", password="hunter2")

    assert failed.fault is Fault.SETUP
    assert "hunter2" not in str(failed)
    assert box.messages == []


@pytest.mark.parametrize("changed", [{"user": "me", "password": "contraseña"}, {"host": "a" * 70}])
def test_a_password_or_host_that_cannot_be_sent_is_the_set_ups_fault(box: Mailbox, changed: dict[str, str]):
    box.offers = ["AUTH PLAIN"]

    assert fault(box, **changed).fault is Fault.SETUP


@pytest.mark.parametrize("user", ["", "me"])
def test_over_a_network_nothing_is_sent_without_encryption(box: Mailbox, user: str):
    box.offers = ["AUTH PLAIN"]

    failed = fault(box, host=FAR, user=user, password="hunter2")

    assert (failed.fault, "STARTTLS" in str(failed)) == (Fault.SETUP, True)
    assert [line.split(" ")[0] for line in box.commands] == ["ehlo", "QUIT"][: len(box.commands)]


def test_over_a_network_letters_go_in_clear_where_the_operator_says_so(box: Mailbox):
    box.offers = ["STARTTLS"]

    send(box, host=FAR, clear_text=True)

    assert len(box.messages) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_within_one_machine_letters_and_passwords_need_no_encryption(box: Mailbox, host: str):
    box.offers = ["AUTH PLAIN"]
    box.answers["AUTH"] = "235 welcome"

    send(box, host=host, user="me", password="hunter2")

    assert len(box.messages) == 1


@pytest.mark.parametrize(("host", "certified", "trusted", "arrives"), [
    (FAR, FAR, True, True),
    (FAR, FAR, False, False),
    (FAR, "another.example", True, False),
    ("127.0.0.1", "another.example", False, True),
])  # fmt: skip
def test_a_certificate_must_be_valid_for_its_host_except_within_one_machine(  # noqa: PLR0917
    box: Mailbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    certified: str,
    trusted: bool,
    arrives: bool,
):
    box.context, box.offers = self_signed(tmp_path / "server.pem", certified), ["STARTTLS"]
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))

    if arrives:
        send(box, host=host)
    else:
        assert fault(box, host=host).fault is Fault.SETUP
    assert len(box.messages) == arrives


@pytest.mark.parametrize(("answer", "expected"), [("454 no key today", Fault.SERVER), ("501 what", Fault.SETUP)])
def test_a_refused_encryption_sends_nothing_in_clear(box: Mailbox, answer: str, expected: Fault):
    box.offers, box.answers["STARTTLS"] = ["STARTTLS"], answer

    assert fault(box, host=FAR).fault is expected
    assert box.messages == []


def test_a_server_that_speaks_no_tls_where_tls_was_asked_for_gets_nothing(box: Mailbox):
    assert fault(box, tls=True).fault is Fault.SETUP
    assert box.messages == []


# --- senders and addresses ---


@pytest.mark.parametrize("sender", ["", "nobody", "@example.org", "a@", "a\nb@example.org", "träger@example.org"])
def test_a_sender_that_cannot_be_written_is_the_set_ups_fault(box: Mailbox, sender: str):
    assert fault(box, replace(LETTER, sender=sender)).fault is Fault.SETUP


def test_without_any_sender_the_setting_is_named(box: Mailbox):
    assert "PRESCREEN_MAIL_FROM" in str(fault(box, replace(LETTER, sender="")))


def test_a_domain_with_other_letters_is_written_in_a_labels(box: Mailbox):
    with_umlauts = replace(LETTER, sender="wir@bücher.example", recipient="q4@BÜCHER.example")

    Post(box.server)(replace(STORED, message_id="<1@bücher.example>"), with_umlauts)

    assert {"mail FROM:<wir@xn--bcher-kva.example>", "rcpt TO:<q4@xn--bcher-kva.example>"} <= {*box.commands}
    assert (box.messages[0]["To"], box.messages[0]["From"]) == ("q4@xn--bcher-kva.example", "wir@xn--bcher-kva.example")
    assert box.contents[0].isascii()
    assert box.messages[0]["Message-ID"] == f"<{STORED.id}@xn--bcher-kva.example>"


def test_a_mailbox_with_other_letters_needs_a_server_that_understands_it(box: Mailbox):
    letter = replace(LETTER, recipient="josé@bücher.example")
    assert fault(box, letter).fault is Fault.LETTER
    box.offers = ["8BITMIME", "SMTPUTF8"]

    send(box, letter)

    assert "rcpt TO:<josé@xn--bcher-kva.example>" in box.commands
    assert "To: josé@xn--bcher-kva.example".encode() in box.contents[0]


@pytest.mark.parametrize(
    "recipient",
    ["", "a", "a@", "@b.example", "a\nBcc: x@b.example", "a@b\r\n.example", "q@\u2024.example", "\udc80@b.c"],
)
def test_a_recipient_that_cannot_be_written_is_that_letters_fault(box: Mailbox, recipient: str):
    assert fault(box, replace(LETTER, recipient=recipient)).fault is Fault.LETTER
    assert box.commands == []
