"""Coming back: a person who lost the private link has it sent again.

Whoever asks learns nothing: for an address that nobody confirmed the same is done, up to a letter that is written,
sealed, counted and thrown away.
"""

from datetime import datetime
from uuid import UUID

from prescreen.storage import Session, leads, outbox
from prescreen.storage.attempts import Tried
from prescreen.storage.contacts import Contact, seal_contact
from prescreen.storage.keys import Keys
from prescreen.storage.leads import StoredLead
from prescreen.storage.outbox import Kind, Posting
from prescreen.workflow.notices import Desk, fresh_token
from prescreen.workflow.participation import HeldData, opened
from prescreen.workflow.throttling import counted

MOST_LINKS = 5
"""So many leads of one address get their links, in one letter."""

MOST_TRIES = 5
"""So often in a quarter of an hour a link is asked for, about one address or from one."""

_NOBODY = UUID(int=0)


def send_links_again(session: Session, desk: Desk, email: str, network_address: str) -> None:
    """Send links to all that was left with an address, if it was confirmed; else do as much and send nothing.

    Who asks too often is not told so, and nothing is sent.
    """
    index, keys = desk.keys.index_of_email(email), desk.keys
    tried = Tried(keys.index_of_address("again", index.hex()), keys.index_of_address("again from", network_address))
    if counted(session, tried, desk.now, MOST_TRIES) is not None:
        return
    found = leads.with_email(session, index, MOST_LINKS)
    people = [held for one in found or [_nobody(keys, email, desk.now)] if (held := opened(session, keys, one))]
    _send(session, desk, people)


def _send(session: Session, desk: Desk, people: list[HeldData]) -> None:
    letter = desk.pen.links([(held, fresh_token(desk.keys, held, desk.now)) for held in people])
    newest = people[0]
    is_blank = newest.lead_id == _NOBODY
    posting = Posting(Kind.LINK, None if is_blank else newest.lead_id, newest.is_test, blank=is_blank)
    outbox.add(session, desk.keys.ring, posting, letter, desk.now)


def _nobody(keys: Keys, email: str, now: datetime) -> StoredLead:
    contact = Contact("", email, None, None, None, "en")
    return StoredLead(_NOBODY, "", seal_contact(keys.ring, _NOBODY, contact), None, "en", is_test=False, created_at=now)
