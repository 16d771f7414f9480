"""Rotation of keys while the service runs: what earlier keys encrypted or indexed, made anew with the present ones.

People are taken in the order of their ids, some in each transaction, under the lock that every action about them takes.
Whoever was taken stands wholly under the present keys, and all others wholly under earlier ones, which the service
accepts beside them. So a run may end anywhere, and the next one does what is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts import second_factor
from prescreen.storage.audit import events
from prescreen.storage.base import deletion_list
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations import key_checks, sealed_values
from prescreen.storage.participants import consents, leads, person_lock
from prescreen.storage.participants.contacts import Contact, open_contact
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.worklist import person_search
from prescreen.workflow.participants import confirmation_limits

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a run did: how many people it went through, how many values it encrypted, and whom it indexed, anew.

    `left` is how many values of each table could not be encrypted anew. `unopened` is how many people could not be
    indexed anew, since their contact does not open. `codes` is how many accounts have unused recovery codes.
    """

    people: int
    resealed: int
    reindexed: int
    left: dict[str, int]
    unopened: int
    codes: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing needs an earlier key any more."""
        return not self.left and not self.unopened


@dataclass
class _Run:
    people: int = 0
    resealed: int = 0
    reindexed: int = 0
    unopened: int = 0


def rotate(
    database: Transactions, keys: Keys, now: datetime, tell: Callable[[int], None], at_once: int = AT_ONCE
) -> Rotated:
    """Encrypt and index everything with the present keys, and return what was done. Idempotent. An operator's action.

    `tell` is given the number of people after each transaction. Who comes meanwhile is stored under the present keys:
    they do not keep it from ending.
    """
    with database.reading() as session:
        newest = leads.newest(session) or UUID(int=0)
    run, last = _Run(), UUID(int=0)
    while True:
        with database.writing() as session:
            held = person_lock.hold_after(session, last, at_once)
            _rotate(session, keys, held, run)
        run.people += len(held)
        tell(run.people)
        if len(held) < at_once or held[-1].id >= newest:
            break
        last = held[-1].id
    _rotate_of_nobody(database, keys, run, at_once)
    return _ended(database, keys, run, now)


def _rotate(session: Session, keys: Keys, held: list[StoredLead], run: _Run) -> None:
    run.resealed += sealed_values.reseal_of(session, keys.ring, [one.id for one in held])
    for lead in held if keys.earlier else ():
        if lead.contact is None:
            continue
        try:
            contact = open_contact(keys.ring, lead.id, lead.contact)
        except SealBrokenError:
            run.unopened += 1
        else:
            run.reindexed += _reindexed(session, keys, lead, contact)


def _reindexed(session: Session, keys: Keys, lead: StoredLead, contact: Contact) -> bool:
    """Index one person under the present keys alone; return whether they stood under others."""
    index = keys.index_of_email(contact.email)
    is_other = lead.email_index not in (None, index)
    if is_other:
        leads.confirm_email(session, lead.id, index)
    if contact.email:
        confirmation_limits.renew_key(session, keys, contact.email, is_test=lead.is_test)
    stored = person_search.stored(session, lead.id)
    if stored and stored != person_search.tokens_of(keys, contact):
        return person_search.renew(session, keys, lead.id, contact)
    return is_other


def _rotate_of_nobody(database: Transactions, keys: Keys, run: _Run, at_once: int) -> None:
    for column in sealed_values.columns_of_nobody():
        done = 1
        while done:
            with database.writing() as session:
                done = sealed_values.reseal_of_nobody(session, keys.ring, column, at_once)
            run.resealed += done


def _ended(database: Transactions, keys: Keys, run: _Run, now: datetime) -> Rotated:
    """Note that nothing stands under an earlier secret key, where that is so, and return what was done."""
    counts = {"people": run.people, "resealed": run.resealed, "reindexed": run.reindexed}
    with database.writing() as session:
        if keys.earlier:
            deletion_list.note_again(session, chain(leads.deleted(session), consents.withdrawn(session)))
        if not run.unopened:
            key_checks.end_rotation(session, now)
        subject = events.Subject("keys", keys.ring.ids[0])
        events.record(session, events.Event(now, events.OPERATOR, events.Action.KEYS_ROTATED, subject, counts))
        left, codes = sealed_values.left(session, keys.ring), second_factor.accounts_with_codes(session)
    return Rotated(run.people, run.resealed, run.reindexed, left, run.unopened, codes if keys.earlier else 0)


def is_under_way(session: Session) -> bool:
    """Return whether some people may stand under an earlier secret key alone. A reading session is enough."""
    return key_checks.known_keys(session).before is not None
