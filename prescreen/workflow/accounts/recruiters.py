"""Recruiters' accounts: adding and closing them, as the operator does."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from prescreen.eligibility.criteria.typed_text import LONGEST_EMAIL, tidy_line
from prescreen.storage import Session
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import EVERY_RIGHT, News, Right, Role
from prescreen.storage.accounts.recruiters import Account as Account
from prescreen.storage.accounts.recruiters import Assignment as Assignment
from prescreen.storage.audit.events import Action
from prescreen.workflow.accounts.account_audit import OPERATOR, Deed, record_change, record_own
from prescreen.workflow.accounts.passwords import password_hash
from prescreen.workflow.accounts.sessions import SignedIn, end_outdated


class AccountError(ValueError):
    """Raised for an account that cannot be made or changed as asked."""


@dataclass(frozen=True, slots=True)
class RecruiterDetails:
    """A recruiter to add. Where `password`, `role` or `rights` are None, an existing account keeps its own.

    A new account is then a recruiter's, with every right. `leaked` is a list of passwords that are refused.
    """

    email: str
    name: str
    assignments: tuple[Assignment, ...]
    password: str | None = field(repr=False)
    role: Role | None = None
    rights: frozenset[Right] | None = None
    leaked: Path | None = None


def normalised_email(email: str) -> str:
    """Return the normalized address that identifies an account. Raise AccountError for an invalid address."""
    # Before anything else: validating takes quadratic time.
    if len(email) > LONGEST_EMAIL:
        raise AccountError(f"an e-mail address has at most {LONGEST_EMAIL} characters, and this one {len(email):,}")
    try:
        # Addresses inside a hospital's own network (.local) are valid for accounts too.
        checked = validate_email(tidy_line(email), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise AccountError(f"'{email}' is not an e-mail address: {error}") from error
    return checked.normalized.lower()


def add_recruiter(session: Session, details: RecruiterDetails, now: datetime) -> Account:
    """Add an account, or more trials (and a new password, if given) to an existing one. An operator's action.

    Raise AccountError for an invalid address or a new account without password. Raise PasswordRefusedError for a weak
    password.
    """
    known = recruiters.with_email(session, normalised_email(details.email))
    recruiter_id = known.id if known else _new_account(session, details, now)
    if known and details.password is not None:
        recruiters.set_password(session, recruiter_id, _hash_of(details, details.password, known.name, known.email))
    recruiters.assign(session, recruiter_id, details.assignments)
    if details.role is not None:
        recruiters.set_role(session, recruiter_id, details.role)
    rights = details.rights if known or details.rights is not None else EVERY_RIGHT
    recruiters.give_rights(session, recruiter_id, rights or ())
    if known:
        end_outdated(session, known, now)
    action = Action.RECRUITER_CHANGED if known else Action.RECRUITER_ADDED
    record_change(session, Deed(OPERATOR, action), recruiter_id, now)
    return existing(session, recruiter_id)


def _new_account(session: Session, details: RecruiterDetails, now: datetime) -> UUID:
    email, name = normalised_email(details.email), tidy_line(details.name)
    if not name:
        raise AccountError(f"{email} has no account yet, so a name is needed; give one with --name")
    if details.password is None:
        raise AccountError(f"{email} has no account yet, so a password is needed; give one with --password-stdin")
    hashed = _hash_of(details, details.password, name, email)
    return recruiters.add(session, email, name, password_hash=hashed, at=now)


def _hash_of(details: RecruiterDetails, password: str, *own: str) -> str:
    return password_hash(password, *own, leaked=details.leaked)


def existing(session: Session, recruiter_id: UUID) -> Account:
    """Return an existing account. Raise LookupError where there is none with this id."""
    account = recruiters.find(session, recruiter_id)
    if account is None:
        raise LookupError(f"no recruiter {recruiter_id}")
    return account


def disable_recruiter(session: Session, email: str, now: datetime) -> None:
    """Close an account and end its sessions. An operator's action. Raise AccountError where there is none."""
    known = recruiters.with_email(session, normalised_email(email))
    if known is None:
        raise AccountError(f"{email} has no account; `prescreen recruiters list` shows those there are")
    recruiters.disable(session, known.id, now)
    end_outdated(session, known, now)
    record_change(session, Deed(OPERATOR, Action.RECRUITER_DISABLED), known.id, now)


def change_password(session: Session, signed_in: SignedIn, password_hash: str, now: datetime) -> None:
    """Replace the password by one with this hash, and end all other sessions."""
    recruiter_id = signed_in.recruiter.id
    recruiters.set_password(session, recruiter_id, password_hash)
    end_outdated(session, signed_in.recruiter, now, keep=signed_in.session.id)
    record_own(session, Action.PASSWORD_CHANGED, recruiter_id, now)


def choose_news(session: Session, signed_in: SignedIn, news: News, now: datetime, *, reminders: bool) -> None:
    """Store how the recruiter wants to hear of new referrals, and whether each morning of what is due."""
    before = signed_in.recruiter
    # A recruiter who had no alerts is not alerted later to referrals of that time.
    told_at = now if before.news is News.OFF else None
    recruiters.set_news(session, before.id, news, told_at)
    if reminders != before.wants_reminders:
        recruiters.set_reminders(session, before.id, now if reminders else None)
    record_own(session, Action.NEWS_CHOSEN, before.id, now, news=news.value, reminders="daily" if reminders else "off")
