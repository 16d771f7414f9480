"""Administrators' actions on other accounts. Every change takes effect with the next request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from prescreen.storage import Session
from prescreen.storage.accounts import recruiters, second_factor
from prescreen.storage.accounts.recruiters import Account, Assignment, Right, Role
from prescreen.storage.audit.events import Action
from prescreen.workflow.accounts.account_audit import Deed, actor_of, record_change
from prescreen.workflow.accounts.recruiters import AccountError
from prescreen.workflow.accounts.sessions import end_all, end_outdated


class LastAdministratorError(AccountError):
    """Raised for a change that would leave no administrator."""


@dataclass(frozen=True, slots=True)
class Duties:
    """An account's role, its trials and sites, and its rights beyond the role."""

    role: Role
    assignments: tuple[Assignment, ...]
    rights: frozenset[Right]


def change_duties(session: Session, by: Account, account: Account, duties: Duties, now: datetime) -> None:
    """Replace an account's role, trials and rights. A change of role or rights ends its sessions.

    Raise LastAdministratorError where no administrator would remain.
    """
    if duties.role is not Role.ADMINISTRATOR:
        _refuse_last(session, account)
    recruiters.set_role(session, account.id, duties.role)
    recruiters.assign_only(session, account.id, duties.assignments)
    recruiters.give_rights_only(session, account.id, duties.rights)
    end_outdated(session, account, now)
    details = {
        "role": duties.role.value,
        "trials": listed(duties.assignments),
        "rights": sorted(duties.rights),
    }
    record_change(session, Deed(actor_of(by), Action.RECRUITER_CHANGED, details), account.id, now)


def listed(assignments: Iterable[Assignment]) -> list[str]:
    """Return trials and sites as they are typed: `TRIAL`, or `TRIAL:SITE`."""
    return [one.trial_id + (f":{one.only_site_id}" if one.only_site_id else "") for one in assignments]


def disable(session: Session, by: Account, account: Account, now: datetime) -> None:
    """Close an account and end its sessions. Raise LastAdministratorError where no administrator would remain."""
    _refuse_last(session, account)
    recruiters.disable(session, account.id, now)
    end_outdated(session, account, now)
    record_change(session, Deed(actor_of(by), Action.RECRUITER_DISABLED), account.id, now)


def _refuse_last(session: Session, account: Account) -> None:
    if recruiters.lock_administrators(session) == [account.id]:
        raise LastAdministratorError(f"{account.name} is the last administrator; make somebody else one first")


def enable(session: Session, by: Account, account: Account, now: datetime) -> None:
    """Reopen a closed account with what it had."""
    recruiters.enable(session, account.id)
    record_change(session, Deed(actor_of(by), Action.RECRUITER_ENABLED), account.id, now)


def end_sessions(session: Session, by: Account, account: Account, now: datetime) -> None:
    """End all sessions of an account."""
    end_all(session, account.id, now)
    record_change(session, Deed(actor_of(by), Action.SESSIONS_ENDED), account.id, now)


def reset_second_factor(session: Session, by: Account, account: Account, now: datetime) -> None:
    """Delete a lost second factor; the person must set up a new one at the next sign-in."""
    second_factor.demand(session, account.id, now)
    end_outdated(session, account, now)
    record_change(session, Deed(actor_of(by), Action.SECOND_FACTOR_RESET), account.id, now)
