"""Letters on their way out: delivered to a mail server on loopback, and looked at afterwards."""

from datetime import datetime
from uuid import UUID

from prescreen.database import Database
from prescreen.mail.smtp import Post
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import StoredLetter
from prescreen.workflow.mail.delivery import Attempt, Letter, send_due
from tests.mailserver import Mailbox
from tests.people import NOW

LETTER = Letter("trials@example.org", "w.quackenbush@example.org", "Confirm your address", "Dear Wilhelmina,\n\nhi.\n")


def work(database: Database, keys: Keys, box: Mailbox, at: datetime = NOW) -> list[Attempt]:
    told: list[Attempt] = []
    send_due(database, keys, Post(box.server), lambda: at, told.append)
    return told


def stored(database: Database, letter_id: UUID) -> StoredLetter:
    with database.reading() as session:
        found = outbox.find(session, letter_id)
    assert found is not None
    return found
