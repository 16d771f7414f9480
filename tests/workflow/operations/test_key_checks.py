"""Keys that are missing or not those of the database are refused before anything is read or written with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, delete, func, select, update

from prescreen.config import EncryptionKey, Settings, SettingsError
from prescreen.database import Database
from prescreen.storage.base.keys import ENCRYPTION_KEYS_FILE, SECRET_KEY_FILE, Keys, load_keys
from prescreen.storage.operations import key_checks
from prescreen.storage.tables import Base, KeyCheck, Lead, SearchToken
from prescreen.workflow.operations.key_checks import open_keys
from tests.people import NOW, recruiter, submitted

FIRST, SECOND, THIRD = (EncryptionKey(f"k{number}", bytes(range(number, 32 + number))) for number in (1, 2, 3))
OTHER_FIRST = EncryptionKey("k1", bytes(range(100, 132)))
SECRET, OTHER_SECRET = "a secret for tests, and for nothing else", "another secret for tests, and nothing else"
FILES = (SECRET_KEY_FILE, ENCRYPTION_KEYS_FILE)
# Hashes, digests and packed values: nothing of the ring is needed to read them.
NOT_SEALED = {
    "account_invitation.token_sha256",
    "audit_link.digest",
    "criteria_edition.content",
    "key_check.check_value",
    "known_address.account_key",
    "known_address.address_key",
    "known_browser.token_sha256",
    "lead.email_index",
    "lead.kept_session",
    "mailbox.key",
    "packed_answers.content",
    "recovery_code.code_hash",
    "recruiter_session.token_sha256",
    "search_token.token",
    "sign_in_attempt.account_key",
    "visitor_posts.network_key",
    "sign_in_attempt.address_key",
}

Open = Callable[..., Keys]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with an empty instance folder and no keys."""
    return Settings.from_environment({"PRESCREEN_INSTANCE": str(tmp_path / "instance")})


@pytest.fixture
def start(database: Database, settings: Settings) -> Open:
    """Return a function that does with keys what every start of the service does."""

    def start(ring: tuple[EncryptionKey, ...] = (), secret: str | None = None) -> Keys:
        return open_keys(database, replace(settings, encryption_keys=ring, secret_key=secret), NOW)

    return start


def test_keys_are_made_for_a_database_without_data_and_stay(start: Open, settings: Settings) -> None:
    first, second = start(), start()

    assert first.links == second.links
    assert second.ring.open(first.ring.seal(b"x", "lead", "1"), "lead", "1") == b"x"
    assert first.ring.ids == second.ring.ids


def test_two_keys_that_are_made_apart_have_ids_of_their_own(tmp_path: Path) -> None:
    made = [load_keys(Settings.from_environment({"PRESCREEN_INSTANCE": str(tmp_path / name)})) for name in "ab"]

    ids = {one for keys in made for one in keys.ring.ids}
    assert len(ids) == 2
    assert all(re.fullmatch(r"k[0-9a-f]{12}", one) for one in ids)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("data", ["a person", "an account", "nothing but the keys"])
def test_a_lost_file_is_named_and_not_replaced_and_put_back_it_works(
    start: Open, settings: Settings, database: Database, name: str, data: str
) -> None:
    keys = start()
    if data == "a person":
        submitted(database, keys)
    elif data == "an account":
        recruiter(database)
    file = settings.instance / name
    before = file.read_text()
    file.unlink()

    with pytest.raises(SettingsError, match=rf"{name}: it is missing.*put the file back.*or set PRESCREEN_"):
        start()
    assert not file.exists()
    file.write_text(before)
    file.chmod(0o600)
    assert start().links == keys.links


@pytest.mark.parametrize("name", FILES)
def test_a_lost_file_is_not_replaced_where_earlier_code_wrote_the_database(
    start: Open, settings: Settings, database: Database, name: str
) -> None:
    submitted(database, load_keys(settings))
    (settings.instance / name).unlink()

    with pytest.raises(SettingsError, match=f"{name}: it is missing"):
        start()
    assert not (settings.instance / name).exists()


@pytest.mark.parametrize("written", [True, False])
def test_another_key_under_the_same_id_is_refused(start: Open, database: Database, written: bool) -> None:
    keys = start((FIRST,), SECRET)
    if written:
        submitted(database, keys)

    with pytest.raises(SettingsError, match="PRESCREEN_ENCRYPTION_KEYS: key 'k1' is not the one"):
        start((OTHER_FIRST,), SECRET)
    assert start((FIRST,), SECRET).links == keys.links


def test_another_secret_key_is_refused(start: Open, settings: Settings) -> None:
    start()
    (settings.instance / SECRET_KEY_FILE).write_text(OTHER_SECRET)

    with pytest.raises(SettingsError, match=r"secret\.key: it is not the key.*links, searches and recovery codes"):
        start()
    with pytest.raises(SettingsError, match="PRESCREEN_SECRET_KEY: it is not the key"):
        start(secret=OTHER_SECRET)


def test_what_earlier_code_wrote_is_recorded_where_the_keys_fit_it(start: Open, database: Database, keys: Keys) -> None:
    submitted(database, keys)

    start((EncryptionKey("k1", bytes(range(32))),), "a secret for tests, and for nothing else")

    with database.reading() as session:
        assert set(key_checks.known_keys(session).encryption) == {"k1"}


@pytest.mark.parametrize(
    ("ring", "secret", "why"),
    [
        ((OTHER_FIRST,), SECRET, "ENCRYPTION_KEYS: key 'k1' is not the one"),
        ((SECOND,), SECRET, "ENCRYPTION_KEYS: there is no key 'k1'"),
        ((FIRST,), OTHER_SECRET, "SECRET_KEY: it is not the key"),
    ],
)
def test_keys_that_do_not_fit_what_earlier_code_wrote_are_refused_and_nothing_is_recorded(
    start: Open, database: Database, ring: tuple[EncryptionKey, ...], secret: str, why: str
) -> None:
    submitted(database, start((FIRST,), SECRET))
    _forget_checks(database)

    with pytest.raises(SettingsError, match=why):
        start(ring, secret)
    assert start((FIRST,), SECRET).ring.ids == ("k1",)


def test_a_person_without_search_words_proves_nothing(start: Open, database: Database) -> None:
    submitted(database, start((FIRST,), SECRET))
    _forget_checks(database)
    with database.writing() as session:
        session.execute(delete(SearchToken))

    assert start((FIRST,), OTHER_SECRET).ring.ids == ("k1",)


def test_a_key_put_first_encrypts_and_the_earlier_one_still_opens(start: Open, database: Database) -> None:
    submitted(database, start((FIRST,), SECRET))

    rotated = start((SECOND, FIRST), SECRET)

    submitted(database, rotated, id="submission-2")
    assert start((SECOND, FIRST), SECRET).ring.ids == ("k2", "k1")
    with pytest.raises(SettingsError, match="there is no key 'k2', and the database holds values"):
        start((FIRST,), SECRET)


def test_a_key_that_rows_need_must_stay_and_one_that_none_needs_may_go(start: Open, database: Database) -> None:
    start((THIRD,), SECRET)
    submitted(database, start((FIRST, THIRD), SECRET))

    assert start((SECOND, FIRST), SECRET).ring.ids == ("k2", "k1")
    with pytest.raises(SettingsError, match="there is no key 'k1', and the database holds values that only it opens"):
        start((SECOND,), SECRET)
    with database.reading() as session:
        assert set(key_checks.known_keys(session).encryption) == {"k1", "k2"}


def test_a_leaked_secret_can_be_replaced_once_its_check_value_is_deleted(start: Open, database: Database) -> None:
    submitted(database, start((FIRST,), SECRET))
    with database.writing() as session:
        session.execute(delete(KeyCheck).where(KeyCheck.purpose == key_checks.KeyPurpose.SECRET.value))

    start((FIRST,), OTHER_SECRET)

    with pytest.raises(SettingsError, match="PRESCREEN_SECRET_KEY"):
        start((FIRST,), SECRET)


def test_workers_that_start_together_record_one_set_of_keys(start: Open, database: Database) -> None:
    with ThreadPoolExecutor(8) as workers:
        loaded = list(workers.map(lambda _: start(), range(8)))

    assert len({keys.links for keys in loaded}) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KeyCheck)) == 2


def test_of_two_machines_that_start_together_with_keys_of_their_own_one_is_refused(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    def outcome(name: str) -> str:
        try:
            open_keys(database, replace(settings, instance=tmp_path / name), NOW)
        except SettingsError as error:
            return "refused" if Path(error.where).parent == tmp_path / name else "no word of the file"
        return "started"

    with ThreadPoolExecutor(2) as machines:
        assert sorted(machines.map(outcome, ["a", "b"])) == ["refused", "started"]


def test_a_start_with_known_keys_writes_nothing(start: Open, database: Database) -> None:
    start()

    with database.writing() as session:
        session.execute(select(KeyCheck))
        assert start()


def test_a_damaged_value_keeps_no_key_from_being_recorded(start: Open, database: Database) -> None:
    first = submitted(database, start((FIRST,), SECRET))
    submitted(database, start((FIRST,), SECRET), id="submission-2")
    with database.writing() as session:
        session.execute(update(Lead).where(Lead.id == first.lead_id).values(contact=b"\x05\n\x00\xff\x01\x02\x03"))

    assert start((SECOND, FIRST), SECRET).ring.ids == ("k2", "k1")
    _forget_checks(database)
    assert start((SECOND, FIRST), SECRET).ring.ids == ("k2", "k1")


def test_every_encrypted_column_is_known_to_the_check() -> None:
    binary = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }

    assert binary - {f"{one.class_.__tablename__}.{one.key}" for one in key_checks.SEALED} == NOT_SEALED


def test_check_values_do_not_show_a_key(start: Open, database: Database) -> None:
    keys = start((FIRST,), SECRET)

    with database.reading() as session:
        known = key_checks.known_keys(session)
    derived = {keys.links, keys.cookies, keys.flask, keys.search, keys.recovery_codes, keys.email_index, FIRST.key}
    assert derived.isdisjoint({known.secret, *known.encryption.values()})
    assert FIRST.key not in known.encryption["k1"]
    assert repr(known) == "KnownKeys()"


def _forget_checks(database: Database) -> None:
    with database.writing() as session:
        session.execute(delete(KeyCheck))
