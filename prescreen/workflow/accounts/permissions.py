"""The access policy: what an account may do. What is not granted here is refused."""

from dataclasses import dataclass
from enum import StrEnum

from prescreen.storage.accounts.recruiters import Account, Right, Role


class Permission(StrEnum):
    """A kind of action. Those that name an export need a right of their own besides the role."""

    OWN_ACCOUNT = "own_account"
    LIST_REFERRALS = "list_referrals"
    SEE_IDENTITY = "see_identity"
    WORK_REFERRALS = "work_referrals"
    ENTER_LEADS = "enter_leads"
    EXPORT_CSV = "export_csv"
    EXPORT_XLSX = "export_xlsx"
    EXPORT_NDJSON = "export_ndjson"
    EXPORT_REDCAP = "export_redcap"
    EXPORT_IDENTITY = "export_identity"
    SEE_NUMBERS = "see_numbers"
    READ_CRITERIA_NOTES = "read_criteria_notes"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT_TRAIL = "read_audit_trail"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an action: a trial, and one of its sites or (None) any."""

    trial_id: str
    site_id: str | None = None


_EXPORTS = frozenset(
    {Permission.EXPORT_CSV, Permission.EXPORT_XLSX, Permission.EXPORT_NDJSON, Permission.EXPORT_REDCAP}
)
_WITHOUT_IDENTITY = frozenset({Permission.OWN_ACCOUNT, Permission.LIST_REFERRALS, Permission.SEE_NUMBERS, *_EXPORTS})
_RECRUITING = _WITHOUT_IDENTITY | {
    Permission.SEE_IDENTITY,
    Permission.WORK_REFERRALS,
    Permission.ENTER_LEADS,
    Permission.EXPORT_IDENTITY,
}
_GIVEN: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _RECRUITING
    | {Permission.READ_CRITERIA_NOTES, Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT_TRAIL},
    Role.RECRUITER: _RECRUITING,
    Role.ANALYST: _WITHOUT_IDENTITY,
    Role.AUTHOR: frozenset({Permission.OWN_ACCOUNT, Permission.SEE_NUMBERS, Permission.READ_CRITERIA_NOTES}),
}
_NEEDS_RIGHT: dict[Permission, Right] = {Permission(right.value): right for right in Right}


def may(account: Account, permission: Permission, place: Place | None = None) -> bool:
    """Return whether an account may do something, at a place if one is given. All access decisions are made here.

    Without a place: whether the account may do it anywhere, which decides whether it sees the page.
    """
    if account.disabled_at is not None or not may_ever(account.role, permission):
        return False
    right = _NEEDS_RIGHT.get(permission)
    if right is not None and right not in account.rights:
        return False
    return place is None or _works_at(account, place)


def may_ever(role: Role, permission: Permission) -> bool:
    """Return whether a role can hold a permission at all, given the rights and the place."""
    return permission in _GIVEN.get(role, frozenset())


def _works_at(account: Account, place: Place) -> bool:
    if place.site_id is None:
        return place.trial_id in account.trial_ids
    return any(one.covers(place.trial_id, place.site_id) for one in account.assignments)
