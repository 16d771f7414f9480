"""The index of people's names made anew, after the service has learned to find more spellings of a name.

A module of its own, which keeps an operator's action apart from those of recruiters.
"""

from collections.abc import Callable

from prescreen.storage import Transactions
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import leads
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.worklist import person_search

_AT_ONCE = 200


def reindex(database: Transactions, keys: Keys, tell: Callable[[int], None], at_once: int = _AT_ONCE) -> int:
    """Make the search tokens of all people anew; return how many have any. Idempotent. An operator's action.

    Uses short transactions, so that concurrent submissions need not wait. Raise SealBrokenError for a contact that
    another key sealed.
    """
    count, last = 0, None
    while True:
        with database.writing() as session:
            held = leads.contacts_after(session, last, at_once)
            for lead_id, sealed in held.items():
                count += person_search.renew(session, keys, lead_id, open_contact(keys.ring, lead_id, sealed))
        tell(count)
        if len(held) < at_once:
            return count
        last = max(held)
