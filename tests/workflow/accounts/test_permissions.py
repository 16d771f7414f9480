"""The permissions of each role, against a table written by hand."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from prescreen.storage.accounts.recruiters import EVERY_RIGHT, Account, Assignment, Right, Role
from prescreen.workflow.accounts.permissions import Permission, Place, may

TRIAL, OTHER = "NCT00000001", "NCT00000002"
ALL = {Role.ADMINISTRATOR, Role.RECRUITER, Role.ANALYST, Role.AUTHOR}
NOT_AUTHORS = ALL - {Role.AUTHOR}
WITH_IDENTITY = {Role.ADMINISTRATOR, Role.RECRUITER}
GIVEN = {
    Permission.OWN_ACCOUNT: ALL,
    Permission.LIST_REFERRALS: NOT_AUTHORS,
    Permission.SEE_IDENTITY: WITH_IDENTITY,
    Permission.WORK_REFERRALS: WITH_IDENTITY,
    Permission.ENTER_LEADS: WITH_IDENTITY,
    Permission.EXPORT_CSV: NOT_AUTHORS,
    Permission.EXPORT_XLSX: NOT_AUTHORS,
    Permission.EXPORT_NDJSON: NOT_AUTHORS,
    Permission.EXPORT_REDCAP: NOT_AUTHORS,
    Permission.EXPORT_IDENTITY: WITH_IDENTITY,
    Permission.SEE_NUMBERS: ALL,
    Permission.READ_CRITERIA_NOTES: {Role.ADMINISTRATOR, Role.AUTHOR},
    Permission.MANAGE_ACCOUNTS: {Role.ADMINISTRATOR},
    Permission.READ_AUDIT_TRAIL: {Role.ADMINISTRATOR},
}
# A place, and whether somebody reaches it who has the whole trial, or its site in Leeds.
PLACES = [
    (None, True, True),
    (Place(TRIAL), True, True),
    (Place(TRIAL, "leeds"), True, True),
    (Place(TRIAL, "york"), True, False),
    (Place(OTHER), False, False),
    (Place(OTHER, "leeds"), False, False),
    (Place("", ""), False, False),
]


def account(
    role: Role, assignment: Assignment, rights: frozenset[Right] = EVERY_RIGHT, closed: datetime | None = None
) -> Account:
    return Account(UUID(int=1), "a@example.org", "A", "", closed, (assignment,), role, rights)


def allowed(who: Account, place: Place | None) -> set[Permission]:
    return {permission for permission in Permission if may(who, permission, place)}


def test_the_table_names_every_permission() -> None:
    assert GIVEN.keys() == set(Permission)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("place", "of_trial", "of_site"), PLACES)
def test_a_role_may_what_the_table_gives_it_where_its_trials_and_sites_are(
    role: Role, place: Place | None, of_trial: bool, of_site: bool
) -> None:
    given = {permission for permission in Permission if role in GIVEN[permission]}

    assert allowed(account(role, Assignment(TRIAL)), place) == (given if of_trial else set())
    assert allowed(account(role, Assignment(TRIAL, "leeds")), place) == (given if of_site else set())


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_what_is_a_right_of_its_own_needs_that_right(role: Role, right: Right) -> None:
    permission, without = Permission(right.value), EVERY_RIGHT - {right}

    assert not may(account(role, Assignment(TRIAL), without), permission)
    assert may(account(role, Assignment(TRIAL), frozenset({right})), permission) is (role in GIVEN[permission])


@pytest.mark.parametrize("role", Role)
def test_a_closed_account_may_nothing(role: Role) -> None:
    assert allowed(account(role, Assignment(TRIAL), closed=datetime(2026, 11, 1, tzinfo=UTC)), None) == set()
