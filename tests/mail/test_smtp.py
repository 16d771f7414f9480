"""The connection to the mail server: a password is never sent in clear over a network."""

import ssl
from dataclasses import replace
from uuid import UUID

import pytest

from prescreen.mail import smtp
from prescreen.storage.mail.outbox import Letter, LetterKind, LetterState, StoredLetter
from prescreen.workflow.mail.delivery import DeliveryError
from tests.mailserver import running
from tests.people import NOW

STORED = StoredLetter(
    UUID(int=1), None, LetterKind.CONFIRM, b"", "<1@example.org>", LetterState.PENDING, False, 1, NOW, NOW, None
)
LETTER = Letter("trials@example.org", "w@example.org", "Hi", "Hi\n")


class Plain:
    """A server that offers no encryption."""

    def __init__(self) -> None:
        self.logins: list[str] = []

    def ehlo_or_helo_if_needed(self) -> None: ...

    def has_extn(self, name: str) -> bool:
        return False

    def login(self, user: str, password: str) -> None:
        self.logins.append(user)


@pytest.mark.parametrize(("host", "sent"), [("mail.example.org", []), ("127.0.0.1", ["me"]), ("localhost", ["me"])])
def test_a_password_is_sent_in_clear_within_one_machine_only(host: str, sent: list[str]):
    server, connection = smtp.MailServer(host, 25, tls=False, user="me", password="secret"), Plain()

    if sent:
        smtp._prepare(connection, server, ssl.create_default_context())
    else:
        with pytest.raises(DeliveryError, match="offers no encryption"):
            smtp._prepare(connection, server, ssl.create_default_context())
    assert connection.logins == sent


def test_a_refused_password_is_the_servers_affair_and_told_without_it():
    with running() as box:
        box.answers.update({"EHLO": "250 AUTH PLAIN", "AUTH": "535 no"})
        server = replace(box.server, user="me", password="hunter2")

        with pytest.raises(DeliveryError) as failed:
            smtp.Post(server)(STORED, LETTER)

    assert failed.value.by_server
    assert "hunter2" not in str(failed.value)
    assert box.messages == []


def test_a_server_that_speaks_no_tls_where_tls_was_asked_for_gets_nothing():
    with running() as box, pytest.raises(DeliveryError, match="the mail server failed"):
        smtp.Post(replace(box.server, tls=True))(STORED, LETTER)

    assert box.messages == []


def test_without_any_sender_nothing_is_sent():
    with running() as box, pytest.raises(DeliveryError, match="PRESCREEN_MAIL_FROM"):
        smtp.Post(box.server)(STORED, replace(LETTER, sender=""))
