"""The index of people's names made anew, after the service has learned to find more spellings of a name.

A module of its own, which keeps an operator's action apart from those of recruiters.
"""

from collections.abc import Callable
from uuid import UUID

from prescreen.storage import Session, Transactions
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import person_lock
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.worklist import person_search

_AT_ONCE = 200


def reindex(database: Transactions, keys: Keys, tell: Callable[[int], None], at_once: int = _AT_ONCE) -> int:
    """Make the search tokens of all people anew; return how many have any. Idempotent. An operator's action.

    Uses short transactions, so that concurrent submissions need not wait. Raise SealBrokenError for a contact that
    another key sealed.
    """
    count, last = 0, UUID(int=0)
    while True:
        with database.writing() as session:
            held = person_lock.hold_after(session, last, at_once)
            count += sum(_reindex(session, keys, lead) for lead in held)
        tell(count)
        if len(held) < at_once:
            return count
        last = held[-1].id


def _reindex(session: Session, keys: Keys, lead: StoredLead) -> bool:
    return lead.contact is not None and person_search.renew(
        session, keys, lead.id, open_contact(keys.ring, lead.id, lead.contact)
    )
