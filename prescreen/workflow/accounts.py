"""Recruiters' accounts: adding and closing them, signing in and out."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from prescreen.storage import Session, Transactions, attempts, audit, recruiters
from prescreen.storage.attempts import Tried
from prescreen.storage.keys import Keys
from prescreen.storage.recruiters import EVERY_RIGHT, Right, Role
from prescreen.storage.recruiters import Account as Account
from prescreen.storage.recruiters import Assignment as Assignment
from prescreen.workflow.passwords import is_password, password_hash
from prescreen.workflow.throttling import counted

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
# How often it is noted that a session is in use: often enough for the idle limit, seldom enough not to write always.
NOTED_EVERY = timedelta(minutes=1)


class AccountError(ValueError):
    """An account that cannot be made as asked."""


class TooManyAttemptsError(Exception):
    """A sign-in that is refused untried. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"too many failed sign-ins; try again in {retry_after} seconds")


@dataclass(frozen=True, slots=True)
class RecruiterDetails:
    """A recruiter to add. `password` or `role` None leaves that of an existing account as it is."""

    email: str
    name: str
    assignments: tuple[Assignment, ...]
    password: str | None = field(repr=False)
    role: Role | None = None
    rights: frozenset[Right] = EVERY_RIGHT


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came in at the sign-in page, and from which network address."""

    email: str
    password: str = field(repr=False)
    address: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A recruiter at work. `to_be_noted` asks for `keep_signed_in`, so that the session does not become idle."""

    recruiter: Account
    to_be_noted: bool


def normalised_email(email: str) -> str:
    """Give the form of an address under which an account is kept; raise AccountError where it is no address."""
    try:
        # Addresses inside a hospital's own network (.local) are good names for accounts too.
        checked = validate_email(email.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise AccountError(f"'{email}' is not an e-mail address: {error}") from error
    return checked.normalized.lower()


def add_recruiter(session: Session, details: RecruiterDetails, now: datetime) -> Account:
    """Add an account, or more trials (and a new password, if given) to an existing one. An operator's action.

    Raise AccountError for a faulty address or a new account without password, PasswordRefusedError for a weak one.
    """
    known = recruiters.with_email(session, normalised_email(details.email))
    recruiter_id = known.id if known else _new_account(session, details, now)
    if known and details.password is not None:
        recruiters.set_password(session, recruiter_id, password_hash(details.password))
        recruiters.end_sessions(session, recruiter_id, now)
    recruiters.assign(session, recruiter_id, details.assignments)
    if details.role is not None:
        recruiters.set_role(session, recruiter_id, details.role)
    recruiters.give_rights(session, recruiter_id, details.rights)
    action = audit.Action.RECRUITER_CHANGED if known else audit.Action.RECRUITER_ADDED
    _record_operation(session, action, recruiter_id, now)
    return _existing(session, recruiter_id)


def _new_account(session: Session, details: RecruiterDetails, now: datetime) -> UUID:
    email = normalised_email(details.email)
    if details.password is None:
        raise AccountError(f"{email} has no account yet, so a password is needed; give one with --password-stdin")
    return recruiters.add(session, email, details.name, password_hash=password_hash(details.password), at=now)


def _existing(session: Session, recruiter_id: UUID) -> Account:
    account = recruiters.find(session, recruiter_id)
    if account is None:
        raise LookupError(f"no recruiter {recruiter_id}")
    return account


def disable_recruiter(session: Session, email: str, now: datetime) -> None:
    """Close an account and end its sessions; raise AccountError where there is none. An operator's action."""
    known = recruiters.with_email(session, normalised_email(email))
    if known is None:
        raise AccountError(f"{email} has no account; `prescreen recruiters list` shows those there are")
    recruiters.disable(session, known.id, now)
    _record_operation(session, audit.Action.RECRUITER_DISABLED, known.id, now)


def _record_operation(session: Session, action: audit.Action, recruiter_id: UUID, now: datetime) -> None:
    subject = audit.Subject("recruiter", str(recruiter_id))
    audit.record(session, audit.Event(now, audit.Actor(audit.ActorKind.OPERATOR), action, subject))


def sign_in(database: Transactions, keys: Keys, credentials: Credentials, now: datetime) -> str | None:
    """Give the token of a new session; None where account or password is wrong.

    Raise TooManyAttemptsError, before looking at the password, after too many failures of the account or from the
    address. The try is counted before the password is checked, so that many at once cannot outrun the count.
    """
    tried = _tried(keys, credentials)
    with database.writing() as session:
        retry_after = counted(session, tried, now)
        account = recruiters.with_email(session, _login_name(credentials.email))
    if retry_after is not None:
        raise TooManyAttemptsError(retry_after)
    in_use = account if account and account.disabled_at is None else None
    # Outside the transaction: hashing is slow on purpose, and SQLite has but one writer.
    known = is_password(credentials.password, in_use.password_hash if in_use else None)
    with database.writing() as session:
        if in_use is not None and known:
            return _admit(session, in_use, tried, now)
        # Recorded for unknown accounts too, so that the answer takes the same time.
        _record(session, audit.Action.SIGN_IN_FAILED, account.id if account else None, now)
        return None


def _tried(keys: Keys, credentials: Credentials) -> Tried:
    return Tried(
        keys.index_of_address("account", _login_name(credentials.email)),
        keys.index_of_address("sign-in", credentials.address),
    )


def _login_name(email: str) -> str:
    try:
        return normalised_email(email)
    except AccountError:
        return email.strip().lower()


def _admit(session: Session, account: Account, tried: Tried, now: datetime) -> str:
    attempts.forget_account(session, tried)
    token = secrets.token_urlsafe(32)
    recruiters.start_session(session, account.id, _hashed(token), now)
    _record(session, audit.Action.SIGNED_IN, account.id, now)
    return token


def signed_in(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Give who is signed in with this token; None where nobody is, or no longer. A reading session will do."""
    found = recruiters.find_session(session, _hashed(token))
    if found is None or now - found.last_seen_at >= IDLE_LIMIT or now - found.created_at >= ABSOLUTE_LIMIT:
        return None
    account = recruiters.find(session, found.recruiter_id)
    if account is None or account.disabled_at is not None:
        return None
    return SignedIn(account, to_be_noted=now - found.last_seen_at >= NOTED_EVERY)


def keep_signed_in(session: Session, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    recruiters.see_session(session, _hashed(token), now)


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End a session; nothing happens where it has ended already."""
    found = recruiters.find_session(session, _hashed(token))
    if found is not None:
        recruiters.end_session(session, _hashed(token), now)
        _record(session, audit.Action.SIGNED_OUT, found.recruiter_id, now)


def _record(session: Session, action: audit.Action, recruiter_id: UUID | None, now: datetime) -> None:
    who = str(recruiter_id) if recruiter_id else "unknown"
    event = audit.Event(now, audit.Actor(audit.ActorKind.RECRUITER, who), action, audit.Subject("recruiter", who))
    audit.record(session, event)


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()
