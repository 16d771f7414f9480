"""Sign-in with a password. Where a second factor is required, the new session is incomplete."""

from dataclasses import dataclass, field
from datetime import datetime

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.accounts.sign_in_attempts import Tried
from prescreen.storage.audit.events import Action
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts.account_audit import record_own
from prescreen.workflow.accounts.passwords import is_password
from prescreen.workflow.accounts.recruiters import AccountError, normalised_email
from prescreen.workflow.accounts.sessions import begin, is_enough
from prescreen.workflow.accounts.throttling import TooManyAttemptsError, Typed, counted, succeeded


@dataclass(frozen=True, slots=True)
class Credentials:
    """The input of the sign-in page, with the network address and a plain description of the device."""

    email: str
    password: str = field(repr=False)
    address: str
    device: str = ""


def sign_in(
    database: Transactions, keys: Keys, credentials: Credentials, now: datetime, *, factor_required: bool = False
) -> str | None:
    """Return the token of a new session; None where account or password is wrong.

    Raise TooManyAttemptsError, before the password is checked, after too many failures (see `throttling`). An attempt
    is counted before the check, so that concurrent attempts cannot evade the limit.
    """
    # Once, and outside the transaction: validating an address takes a while, and SQLite has only one writer.
    login_name = _login_name(credentials.email)
    tried = _tried(keys, login_name, credentials.address)
    with database.writing() as session:
        retry_after = counted(session, tried, now)
        account = recruiters.with_email(session, login_name)
    if retry_after is not None:
        raise TooManyAttemptsError(retry_after)
    in_use = account if account and account.disabled_at is None else None
    # Outside the transaction: hashing is slow on purpose, and SQLite has only one writer.
    known = is_password(credentials.password, in_use.password_hash if in_use else None)
    with database.writing() as session:
        if in_use is not None and known and _is_unchanged(session, in_use):
            succeeded(session, tried, now)
            enough = is_enough(in_use, factor_required=factor_required)
            return _admit(session, in_use, credentials.device, now, enough=enough)
        # Recorded for unknown accounts too, so that the answer takes the same time.
        record_own(session, Action.SIGN_IN_FAILED, account.id if account else None, now)
        return None


def _tried(keys: Keys, login_name: str, address: str) -> Tried:
    return Tried(keys.index_of_address("account", login_name), keys.index_of_address("sign-in", address))


def _login_name(email: str) -> str:
    try:
        return normalised_email(email)
    except AccountError:
        return email.strip().lower()


def _is_unchanged(session: Session, account: Account) -> bool:
    """Return whether the account has not changed while its password was checked, which takes a while."""
    return recruiters.find(session, account.id) == account


def _admit(session: Session, account: Account, device: str, now: datetime, *, enough: bool) -> str:
    record_own(session, Action.SIGNED_IN if enough else Action.PASSWORD_GIVEN, account.id, now)
    return begin(session, account.id, device, now, complete=enough)


def is_own_password(database: Transactions, keys: Keys, account: Account, password: Typed, now: datetime) -> bool:
    """Return whether the password is that of the signed-in account, whose session might be in other hands.

    Attempts count like sign-ins. Raise TooManyAttemptsError after too many.
    """
    tried = _tried(keys, account.email, password.address)
    with database.writing() as session:
        retry_after = counted(session, tried, now)
    if retry_after is not None:
        raise TooManyAttemptsError(retry_after)
    known = is_password(password.text, account.password_hash)
    with database.writing() as session:
        if known:
            succeeded(session, tried, now)
        else:
            record_own(session, Action.PASSWORD_REFUSED, account.id, now)
    return known
