"""Keys are replaced while the service runs: whatever the moment, everybody is found, and every link works."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select, update

from prescreen.config import EncryptionKey, Settings, SettingsError
from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.accounts import second_factor
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.encryption import KeyRing, key_id_of
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations import key_checks, sealed_values
from prescreen.storage.participants import leads, mailboxes, person_lock
from prescreen.storage.participants.contacts import Contact, open_contact
from prescreen.storage.participants.mailboxes import StoredMailbox
from prescreen.storage.tables import Lead
from prescreen.storage.worklist import person_search
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.operations.backing_up import BackupError
from prescreen.workflow.operations.key_checks import open_keys
from prescreen.workflow.operations.key_rotation import is_under_way, rotate
from prescreen.workflow.participants import data_subject_rights, invitation_responses, private_links
from prescreen.workflow.participants.email_confirmation import note_confirmed
from prescreen.workflow.participants.private_links import Answer
from tests.backups import backup_of, restored
from tests.databases import sqlite_copy
from tests.people import CONTACT, NOW, TO_A, recruiter, submitted

OLD, NEW = EncryptionKey("k1", bytes(range(32))), EncryptionKey("k2", bytes(range(100, 132)))
SECRET, NEXT = "a secret for tests, and for nothing else", "another secret for tests, and nothing else"
BEFORE = Keys.derived(SECRET, KeyRing([OLD]))
AFTER = Keys.derived(NEXT, KeyRing([NEW, OLD]), (Keys.derived(SECRET, KeyRing([NEW, OLD])),))
BLIND = Keys.derived(NEXT, KeyRing([NEW, OLD]))
"""A twin that forgets the key before."""
PEOPLE = 5


class StoppedError(RuntimeError):
    """Raised where the process is killed."""


def contact_of(number: int) -> Contact:
    # Two people share a mailbox.
    return replace(CONTACT, name=f"Person Number{number}", email=f"person{number // 2}@example.org")


def crowd(database: Database) -> list[leads.StoredLead]:
    """Store some people under the keys before; all but the last have confirmed their address."""
    made = [
        submitted(database, BEFORE, id=f"s{number}", contact=contact_of(number)).lead_id for number in range(PEOPLE)
    ]
    with database.writing() as session:
        for lead_id in made[:-1]:
            lead = person_lock.hold(session, lead_id)
            assert lead
            note_confirmed(session, BEFORE, lead, NOW)
        return [one for one in (leads.find(session, lead_id) for lead_id in made) if one]


def wrong(database: Database, keys: Keys, people: list[leads.StoredLead]) -> list[str]:
    """Return what does not work for whom, with the links that were sent before."""
    found = []
    with database.reading() as session:
        for number, lead in enumerate(people):
            token = _answer(session, keys, lead)
            works = {
                "contact": _opens(session, keys, lead) == contact_of(number),
                "search": bool(_found(session, keys, f"Number{number}")),
                "search by address": bool(_found(session, keys, contact_of(number).email)),
                "link": private_links.lead_behind(session, keys, _link(lead), NOW) == lead.id,
                "answer": private_links.lead_answering(session, keys, token, Answer.MINE, NOW) == lead.id,
            }
            if lead.email_index is not None:
                theirs = leads.with_email(session, keys.indexes_of_email(contact_of(number).email), 9)
                works["address"] = lead.id in {one.id for one in theirs}
                opt_out = invitation_responses.opt_out_token(BEFORE, lead.id, lead.email_index)
                works["end of invitations"] = invitation_responses.can_opt_out(session, keys, opt_out)
            found += [f"{number}: {what}" for what, is_well in works.items() if not is_well]
    return found


def _opens(session: Session, keys: Keys, lead: leads.StoredLead) -> Contact:
    stored = leads.find(session, lead.id)
    assert stored is not None
    assert stored.contact is not None
    return open_contact(keys.ring, lead.id, stored.contact)


def _found(session: Session, keys: Keys, typed: str) -> list[UUID]:
    whole = [Assignment(TO_A.trial_id)]
    readings = [
        [person_search.token_of_email(one, typed)]
        if "@" in typed
        else person_search.tokens_of_words(one, person_search.words_of(typed))
        for one in keys.generations
    ]
    return person_search.with_tokens(session, readings, whole, 9)


def _link(lead: leads.StoredLead) -> str:
    return private_links.link_token(BEFORE, lead.id, lead.link_generation, NOW + private_links.LINK_LASTS)


def _answer(session: Session, keys: Keys, lead: leads.StoredLead) -> str:
    held = data_subject_rights.opened(session, keys, lead)
    assert held is not None
    return private_links.answer_token(BEFORE, held, Answer.MINE, NOW + private_links.ANSWER_LASTS)


def killed_after(transactions: int) -> Callable[[int], None]:
    """Return what kills a run once so many transactions were committed."""
    left = [transactions]

    def tell(_: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise StoppedError

    return tell


@given(data=st.data())
@examples(max_examples=12, suppress_health_check=list(HealthCheck))
def test_at_every_step_everybody_is_found_and_a_run_killed_anywhere_ends_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> None:
    database = Database(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("rotation") / "x.sqlite3"))
    check_steps(database, data.draw(st.lists(st.integers(1, 3), max_size=4)), data.draw(st.integers(1, PEOPLE + 1)))
    database.close()


def test_at_every_step_everybody_is_found_on_both_databases(database: Database) -> None:
    check_steps(database, [1, 2, 1], 1)


def check_steps(database: Database, kills: list[int], at_once: int) -> None:
    people = crowd(database)
    assert wrong(database, BEFORE, people) == []
    for transactions in kills:
        with suppress(StoppedError):
            rotate(database, AFTER, NOW, killed_after(transactions), at_once)
        assert wrong(database, AFTER, people) == []

    done = rotate(database, AFTER, NOW, lambda _: None, at_once)

    assert done.is_whole
    assert wrong(database, AFTER, people) == []
    assert _key_ids(database) == {"k2"}
    again = rotate(database, AFTER, NOW, lambda _: None, at_once)
    assert (again.resealed, again.reindexed) == (0, 0)
    with database.reading() as session:
        alone = [
            leads.with_email(session, [NEXT_ALONE.index_of_email(f"person{one}@example.org")], 9) for one in (0, 1)
        ]
    assert [len(one) for one in alone] == [2, 2]


NEXT_ALONE = Keys.derived(NEXT, KeyRing([NEW]))


def _key_ids(database: Database) -> set[str]:
    with database.reading() as session:
        return {key_id_of(one) for one in session.scalars(select(Lead.contact)) if one}


def test_a_service_that_forgets_the_key_before_is_convicted_at_every_step_but_the_end(database: Database) -> None:
    people = crowd(database)

    assert any("address" in one for one in wrong(database, BLIND, people))
    with suppress(StoppedError):
        rotate(database, AFTER, NOW, killed_after(1), 1)
    assert any("address" in one for one in wrong(database, BLIND, people))
    assert any("link" in one for one in wrong(database, BLIND, people))


def test_every_sealed_column_is_encrypted_anew(database: Database) -> None:
    crowd(database)
    account = recruiter(database, Assignment(TO_A.trial_id))
    with database.writing() as session:
        second_factor.keep_secret(session, BEFORE.ring, account.id, "JBSWY3DPEHPK3PXP", NOW)

    rotate(database, AFTER, NOW, lambda _: None)

    with database.reading() as session:
        assert second_factor.secret_of(session, KeyRing([NEW]), account.id) == "JBSWY3DPEHPK3PXP"
        assert sealed_values.left(session, AFTER.ring) == {}
        assert key_checks.key_needed_beside(session, ["k2"]) is None


def test_every_sealed_column_is_of_people_or_of_nobody() -> None:
    nobody = set(sealed_values.columns_of_nobody())
    for column in key_checks.SEALED:
        belongs = sealed_values._belongs_to(column, [])
        assert belongs is not None or column in nobody, column


def test_who_comes_meanwhile_does_not_keep_it_from_ending(database: Database) -> None:
    crowd(database)
    come: list[int] = []

    def comes(_: int) -> None:
        assert len(come) < 2 * PEOPLE, "it goes on for as long as people come"
        come.append(1)
        submitted(database, AFTER, id=f"later{len(come)}", submitted_at=NOW + timedelta(days=len(come)))

    done = rotate(database, AFTER, NOW, comes, 1)

    assert (done.people, done.is_whole) == (PEOPLE, True)


def test_a_value_that_does_not_open_is_told_and_the_rest_is_done(database: Database) -> None:
    [first, *_] = crowd(database)
    with database.writing() as session:
        session.execute(update(Lead).where(Lead.id == first.id).values(contact=b"\x02k1 and nonsense, long enough"))

    done = rotate(database, AFTER, NOW, lambda _: None, 2)

    assert (done.left, done.unopened, done.is_whole) == ({"lead": 1}, 1, False)
    assert done.reindexed == PEOPLE - 1


def test_an_address_that_was_asked_is_not_asked_again_under_the_new_key(database: Database) -> None:
    crowd(database)
    email = contact_of(4).email
    old, new = (keys.index_of_mailbox(email, "mailbox") for keys in (BEFORE, AFTER))
    with database.writing() as session:
        mailboxes.note_disowned(session, old, NOW)

    rotate(database, AFTER, NOW, lambda _: None)

    with database.reading() as session:
        kept = [mailboxes.find(session, key) for key in (old, new)]
    assert kept[0] is None
    assert isinstance(kept[1], StoredMailbox)
    assert kept[1].disowned_at == NOW


def test_the_database_goes_over_to_the_new_secret_and_lets_the_old_one_go_at_the_end(
    database: Database, tmp_path: Path
) -> None:
    def start(secret: str, before: str | None = None) -> Keys:
        ring = {"encryption_keys": (OLD,), "secret_key": secret, "secret_key_before": before}
        base = Settings.from_environment({"PRESCREEN_INSTANCE": str(tmp_path)})
        return open_keys(database, replace(base, **ring), NOW)  # type: ignore[arg-type]

    submitted(database, start(SECRET))
    with pytest.raises(SettingsError, match="PRESCREEN_SECRET_KEY: it is not the key"):
        start(NEXT)
    start(SECRET, NEXT)
    with database.reading() as session:
        assert not is_under_way(session)

    keys = start(NEXT, SECRET)

    with database.reading() as session:
        assert is_under_way(session)
    with pytest.raises(SettingsError, match="PRESCREEN_SECRET_KEY_BEFORE: people are still found"):
        start(NEXT)
    start(SECRET, NEXT)
    rotate(database, keys, NOW, lambda _: None)
    with database.reading() as session:
        assert not is_under_way(session)
    start(NEXT)
    start(NEXT, SECRET)
    with pytest.raises(SettingsError, match="PRESCREEN_SECRET_KEY: it was replaced by a newer key"):
        start(SECRET, NEXT)


def test_who_was_deleted_before_a_rotation_stays_deleted_after_a_restore_with_either_key(
    database: Database, tmp_path: Path
) -> None:
    [first, second, *_] = crowd(database)
    old, both, new = (DeletionList(tmp_path / "list", keys.of_deletions) for keys in (BEFORE, AFTER, NEXT_ALONE))
    database.list_deletions(old)
    before = backup_of(database, BEFORE, old, "before")
    with database.writing() as session:
        data_subject_rights.delete(session, first.id, NOW)
        data_subject_rights.withdraw(session, second.id, None, NOW)
    database.list_deletions(both)

    rotate(database, AFTER, NOW, lambda _: None)

    after = backup_of(database, NEXT_ALONE, new, "after")
    with closing(Database(f"sqlite:///{tmp_path / 'restored.sqlite3'}")) as target:
        came = restored(target, before, AFTER, both)
        assert (came.deleted, came.withdrawn) == (1, 1)
        came = restored(target, after, NEXT_ALONE, new)
        assert (came.deleted, came.withdrawn) == (0, 0)
        with pytest.raises(BackupError, match="PRESCREEN_SECRET_KEY_BEFORE"):
            restored(target, before, BLIND, new)
