"""Whom a recruiter calls after somebody."""

from datetime import UTC, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.states import State
from prescreen.storage.tables import Referral
from prescreen.workflow.referrals.call_log import By, Call, CallOutcome, log_call
from prescreen.workflow.worklist import next_person as following
from prescreen.workflow.worklist.next_person import NextPerson, next_person
from tests.people import LATER, NOW, SHARE_A, TO_A, recruiter, submitted

HERE = TO_A.trial_id


@pytest.fixture
def account(database: Database) -> Account:
    return recruiter(database, Assignment(HERE))


@pytest.fixture
def four(database: Database, keys: Keys) -> list[UUID]:
    """Refer four people, whose promises end one day after the other; the first is late."""
    return [_referred(database, keys, number, due_in=timedelta(days=number)) for number in range(4)]


def _referred(database: Database, keys: Keys, number: int, due_in: timedelta) -> UUID:
    at = NOW - timedelta(days=9) + timedelta(minutes=number)
    receipt = submitted(database, keys, id=str(number), consents=(SHARE_A,), referrals=(TO_A,), submitted_at=at)
    with database.reading() as session:
        (referral,) = referrals.of_lead(session, receipt.lead_id)
    _amend(database, referral.id, due_at=NOW + due_in)
    return referral.id


def _amend(database: Database, referral_id: UUID, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Referral).where(Referral.id == referral_id).values(**values))


def after(database: Database, account: Account, referral_id: UUID) -> NextPerson:
    with database.reading() as session:
        return next_person(session, account, referral_id, LATER, UTC)


def test_the_next_person_is_the_next_most_urgent_one(database: Database, account: Account, four: list[UUID]) -> None:
    assert after(database, account, four[0]) == NextPerson(four[1], 1, 4)
    assert after(database, account, four[2]) == NextPerson(four[3], 3, 4)


def test_after_the_last_person_the_list_begins_anew(database: Database, account: Account, four: list[UUID]) -> None:
    assert after(database, account, four[3]) == NextPerson(four[0], 4, 4)


def test_after_a_call_the_most_urgent_person_is_next(
    database: Database, keys: Keys, account: Account, four: list[UUID]
) -> None:
    _amend(database, four[2], state=State.CONTACTED.value)
    _amend(database, four[3], state=State.CONTACTED.value, call_back_at=LATER + timedelta(days=9))
    with database.writing() as session:
        call = Call(CallOutcome.REACHED, call_back_at=LATER + timedelta(days=3))
        log_call(session, keys, By(account, LATER), four[2], call)

    assert after(database, account, four[2]) == NextPerson(four[0], 3, 4)


@pytest.mark.parametrize(
    ("called", "back", "is_next"),
    [
        (timedelta(minutes=-5), None, False),
        (timedelta(hours=-3), None, True),
        (timedelta(hours=-3), timedelta(minutes=30), False),
        (timedelta(minutes=-40), timedelta(minutes=-1), True),
    ],
)
def test_who_was_just_called_in_vain_is_not_next_at_once(
    database: Database, keys: Keys, four: list[UUID], called: timedelta, back: timedelta | None, *, is_next: bool
) -> None:
    account = recruiter(database, Assignment(HERE))
    _amend(database, four[2], state=State.CONTACTED.value, call_back_at=LATER + timedelta(days=9))
    call = Call(CallOutcome.NO_ANSWER, call_back_at=None if back is None else LATER + back)
    with database.writing() as session:
        log_call(session, keys, By(account, LATER + called), four[0], call)

    assert after(database, account, four[2]).referral_id == four[0 if is_next else 1]


def test_calls_in_vain_lead_through_the_list_and_not_to_and_fro(
    database: Database, keys: Keys, account: Account, four: list[UUID]
) -> None:
    called, at = [four[0]], LATER
    for _ in four[1:]:
        with database.writing() as session:
            log_call(session, keys, By(account, at), called[-1], Call(CallOutcome.NO_ANSWER))
        following = after(database, account, called[-1]).referral_id
        assert following is not None
        called.append(following)

    assert called == four


def test_while_nobody_waits_the_list_is_gone_through_in_its_order(
    database: Database, account: Account, four: list[UUID]
) -> None:
    for one in four:
        _amend(database, one, state=State.SCREENING.value)

    assert after(database, account, four[1]) == NextPerson(four[2], 2, 4)


def test_from_somebody_who_is_done_with_the_most_urgent_person_is_next(
    database: Database, account: Account, four: list[UUID]
) -> None:
    _amend(database, four[1], state=State.ENROLLED.value)

    assert after(database, account, four[1]) == NextPerson(four[0], None, 3)


def test_the_only_person_has_nobody_after_them(database: Database, keys: Keys, account: Account) -> None:
    one = _referred(database, keys, 0, timedelta(days=1))

    assert after(database, account, one) == NextPerson(None, 1, 1)


def test_people_of_other_trials_and_sites_are_never_next(
    database: Database, keys: Keys, account: Account, four: list[UUID]
) -> None:
    elsewhere = recruiter(database, Assignment(HERE, "york"), email="york@example.org")

    assert after(database, elsewhere, four[0]) == NextPerson(None, None, 0)


def test_far_down_a_long_list_a_person_has_no_place(
    database: Database, account: Account, four: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_PLACED", 2)

    assert after(database, account, four[3]) == NextPerson(four[0], None, 4)
