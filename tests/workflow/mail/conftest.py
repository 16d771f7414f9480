"""A mail server, and letters for it."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from tests.mailserver import Mailbox, running
from tests.people import NOW
from tests.workflow.mail.outgoing import LETTER


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """Run a mail server."""
    with running() as mailbox:
        yield mailbox


@pytest.fixture
def put(database: Database, keys: Keys) -> Callable[..., UUID]:
    """Return a function that puts a letter into the outbox."""

    def add(letter: Letter = LETTER, *, lead_id: UUID | None = None, is_test: bool = False) -> UUID:
        with database.writing() as session:
            return outbox.add(session, keys.ring, Posting(LetterKind.CONFIRM, lead_id, is_test), letter, NOW)

    return add
