"""The keys of the service, held against those that its database was written with.

With another key nothing could be read or found any more, and new rows would need both keys for ever. So the database
keeps a check value of each key, and the service does not start with keys that are missing or not the same.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime

from prescreen.config import PREFIX, Settings, SettingsError
from prescreen.storage import Session, Transactions
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys, encryption_source, load_keys, secret_source
from prescreen.storage.operations import key_checks
from prescreen.storage.operations.key_checks import Findable, KnownKeys
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.worklist.person_search import tokens_of

_OTHER_SIGNATURES = (
    "it is not the key that the database was written with, so private links, searches and recovery codes would fail; "
    "put that key back"
)
_REPLACED = (
    "it was replaced by a newer key; put that one here, and this one into PRESCREEN_SECRET_KEY_BEFORE while links made "
    "with it shall work"
)
_BEFORE_NEEDED = (
    "people are still found by the secret key before this one alone; put it back here until `prescreen keys rotate` "
    "has ended"
)
_NOT_ENDED = "the change from the key before has not ended; put that key back and run `prescreen keys rotate` first"
_OTHER_KEY = "key '{}' is not the one that the database was written with, so what it holds cannot be read; put it back"
_KEY_NEEDED = "there is no key '{}', and the database holds values that only it opens; put it back beside the others"


def open_keys(database: Transactions, settings: Settings, now: datetime) -> Keys:
    """Return the keys of the settings or the instance folder, which are made only for a database without any data.

    Raise SettingsError, which names the file or variable, where a key is missing or is not the one that the database
    was written with. Keys that are new are recorded in the database, which from now on lists whom it deletes.
    """
    with database.reading() as session:
        known = key_checks.known_keys(session)
        is_new = known.is_empty and not key_checks.is_written(session)
    keys = load_keys(settings, may_make=is_new)
    _refuse_other_keys(settings, keys, known)
    if known.secret is None or set(keys.ring.ids) != set(known.encryption) or _begins_rotation(keys, known):
        with database.writing() as session:
            _record(session, settings, keys, now)
    database.list_deletions(DeletionList(settings.deletion_list, keys.of_deletions))
    return keys


def _refuse_other_keys(settings: Settings, keys: Keys, known: KnownKeys) -> None:
    if known.secret is not None and not _is_among(known.secret, keys.generations):
        raise SettingsError(secret_source(settings), _OTHER_SIGNATURES)
    if _is_among(known.retired, (keys,)):
        raise SettingsError(secret_source(settings), _REPLACED)
    if known.before is not None and not _is_among(known.before, keys.generations):
        raise SettingsError(f"{PREFIX}SECRET_KEY_BEFORE", _NOT_ENDED if keys.earlier else _BEFORE_NEEDED)
    for key_id in keys.ring.ids:
        if key_id in known.encryption and not keys.ring.is_key_of(known.encryption[key_id]):
            raise SettingsError(encryption_source(settings), _OTHER_KEY.format(key_id))


def _is_among(check: bytes | None, generations: Sequence[Keys]) -> bool:
    return check is not None and any(hmac.compare_digest(check, one.check) for one in generations)


def _begins_rotation(keys: Keys, known: KnownKeys) -> bool:
    """Return whether the secret key is a new one, and that of the database is given as the one before.

    It is not where the database has gone on to a key that is given here as another that is accepted: machines are
    started anew one after the other, and this one has its turn.
    """
    return _is_among(known.secret, keys.earlier) and not _is_among(known.before, (keys,))


def _record(session: Session, settings: Settings, keys: Keys, now: datetime) -> None:
    """Record new keys and forget those that were taken out, where nothing needs them."""
    needed = key_checks.key_needed_beside(session, keys.ring.ids)
    if needed is not None:
        raise SettingsError(encryption_source(settings), _KEY_NEEDED.format(needed))
    before = key_checks.known_keys(session)
    if before.is_empty:
        _refuse_unproven(session, settings, keys)
    if before.secret is not None and _begins_rotation(keys, before):
        key_checks.begin_rotation(session, keys, before.secret, now)
    key_checks.forget_encryption_keys(session, before.encryption.keys() - set(keys.ring.ids))
    key_checks.record(session, keys, now)
    # Another process may have recorded its own keys meanwhile; those of two machines may differ.
    _refuse_other_keys(settings, keys, key_checks.known_keys(session))


def _refuse_unproven(session: Session, settings: Settings, keys: Keys) -> None:
    """Refuse keys that do not fit what was written before check values were kept."""
    for key_id in keys.ring.ids:
        if key_checks.opens_none(session, keys.ring, key_id):
            raise SettingsError(encryption_source(settings), _OTHER_KEY.format(key_id))
    told = [_finds(keys, one) for one in key_checks.findable(session) if one.hashes]
    if True not in told and False in told:
        raise SettingsError(secret_source(settings), _OTHER_SIGNATURES)


def _finds(keys: Keys, person: Findable) -> bool | None:
    """Return whether the person is found with these keys; None where their contact cannot be opened to tell."""
    try:
        contact = open_contact(keys.ring, person.lead_id, person.contact)
    except SealBrokenError:
        return None
    found = ({*tokens_of(one, contact), one.index_of_email(contact.email)} for one in keys.generations)
    return any(not person.hashes.isdisjoint(one) for one in found)
