"""Letters that failed, and are retried by the operator, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, LetterState, Posting, StoredLetter
from prescreen.workflow.mail import failed_letters
from prescreen.workflow.mail.delivery import OLDEST
from prescreen.workflow.mail.failed_letters import CannotRetryError, Retried, retry_all, retry_these
from prescreen.workflow.participants import data_subject_rights
from tests.people import LATER, NOW, submitted

LETTER = Letter("trials@example.org", "w@example.org", "Hi", "Hi\n")


@pytest.fixture
def put(database: Database, keys: Keys) -> Callable[..., UUID]:
    """Return a function that puts a letter into the outbox, which failed unless another state is given."""

    def add(state: LetterState = LetterState.FAILED, *, lead_id: UUID | None = None) -> UUID:
        with database.writing() as session:
            posting = Posting(LetterKind.CONFIRM, lead_id, is_test=False, blank=state is LetterState.CANCELLED)
            letter_id = outbox.add(session, keys.ring, posting, LETTER, NOW)
            outbox.take(session, NOW, LATER)
            if state is LetterState.FAILED:
                outbox.give_up(session, letter_id, "refused with 550")
            elif state is LetterState.SENT:
                outbox.sent(session, letter_id, NOW)
        return letter_id

    return add


def stored(database: Database, letter_id: UUID) -> StoredLetter:
    with database.reading() as session:
        found = outbox.find(session, letter_id)
    assert found is not None
    return found


def events_about(database: Database, letter_id: UUID) -> list[str]:
    with database.reading() as session:
        return [one.action.value for one in events.about(session, events.Subject("letter", str(letter_id)))]


def test_all_failed_letters_are_due_at_once_with_all_their_attempts(
    database: Database, put: Callable[..., UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failed_letters, "_AT_ONCE", 2)
    letters = [put() for _ in range(3)]
    others = {state: put(state) for state in LetterState if state is not LetterState.FAILED}

    assert retry_all(database, LATER) == Retried(3)

    for letter_id in letters:
        again = stored(database, letter_id)
        assert (again.state, again.due_at, again.attempts, again.fault) == ("pending", LATER, 0, None)
        assert events_about(database, letter_id) == ["letter_retried"]
    assert {state: stored(database, one).state for state, one in others.items()} == {one: one for one in others}
    assert [events_about(database, one) for one in others.values()] == [[]] * len(others)


def test_retrying_twice_retries_once(database: Database, put: Callable[..., UUID]) -> None:
    letter_id = put()

    assert [retry_all(database, LATER), retry_all(database, LATER)] == [Retried(1), Retried(0)]
    assert events_about(database, letter_id) == ["letter_retried"]


def test_named_letters_alone_are_retried(database: Database, put: Callable[..., UUID]) -> None:
    one, other = put(), put()

    assert retry_these(database, [one], LATER) == Retried(1)

    assert [stored(database, letter_id).state for letter_id in (one, other)] == ["pending", "failed"]


@pytest.mark.parametrize("state", [one for one in LetterState if one is not LetterState.FAILED])
def test_what_did_not_fail_is_refused_and_nothing_is_retried(
    database: Database, put: Callable[..., UUID], state: LetterState
) -> None:
    failed, other = put(), put(state)

    with pytest.raises(CannotRetryError, match=f"{other} is {state}; only a failed letter"):
        retry_these(database, [failed, other], LATER)
    assert stored(database, failed).state == "failed"


def test_a_letter_that_is_not_there_is_refused(database: Database) -> None:
    with pytest.raises(CannotRetryError, match="is not there"):
        retry_these(database, [uuid4()], LATER)


def test_an_erased_letter_cannot_be_retried(database: Database, keys: Keys, put: Callable[..., UUID]) -> None:
    lead_id = submitted(database, keys).lead_id
    erased, other = put(lead_id=lead_id), put()
    with database.writing() as session:
        session.execute(outbox.update(outbox.OutboxLetter).where(outbox.OutboxLetter.id == erased).values(content=None))

    with pytest.raises(CannotRetryError, match=f"{erased} was erased"):
        retry_these(database, [erased], LATER)
    assert retry_all(database, LATER) == Retried(1, left_out=1)
    assert [stored(database, one).state for one in (erased, other)] == ["failed", "pending"]


def test_a_letter_that_may_no_longer_be_true_cannot_be_retried(database: Database, put: Callable[..., UUID]) -> None:
    letter_id, late = put(), NOW + OLDEST + timedelta(seconds=1)

    with pytest.raises(CannotRetryError, match="older than 7 days"):
        retry_these(database, [letter_id], late)
    assert retry_all(database, late) == Retried(0, left_out=1)


@pytest.mark.parametrize("first", ["retry", "delete"])
def test_a_deleted_person_gets_no_letter_that_failed(
    database: Database, keys: Keys, put: Callable[..., UUID], first: str
) -> None:
    lead_id = submitted(database, keys).lead_id
    letter_id = put(lead_id=lead_id)

    if first == "retry":
        retry_all(database, LATER)
    with database.writing() as session:
        data_subject_rights.delete(session, lead_id, LATER)

    assert retry_all(database, LATER) == Retried(0)
    assert (stored(database, letter_id).state, stored(database, letter_id).content) == ("cancelled", None)
