"""Sign-in with a password. Where a second factor is required, the new session is incomplete."""

from dataclasses import dataclass, field
from datetime import datetime

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.accounts.sign_in_attempts import Tried
from prescreen.storage.audit.events import Action
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts import known_browsers
from prescreen.workflow.accounts.account_audit import record_own
from prescreen.workflow.accounts.passwords import is_password
from prescreen.workflow.accounts.recruiters import AccountError, normalised_email
from prescreen.workflow.accounts.sessions import begin, is_enough
from prescreen.workflow.accounts.throttling import TooManyAttemptsError, Typed, counted, succeeded


@dataclass(frozen=True, slots=True)
class Credentials:
    """The input of the sign-in page, with the network address, a plain description of the device, and its tokens."""

    email: str
    password: str = field(repr=False)
    address: str
    device: str = ""
    browser_tokens: tuple[str, ...] = field(default=(), repr=False)


def sign_in(
    database: Transactions, keys: Keys, credentials: Credentials, now: datetime, *, factor_required: bool = False
) -> str | None:
    """Return the token of a new session; None where account or password is wrong.

    Raise TooManyAttemptsError, before the password is checked, after too many failures (see `throttling`). An attempt
    is counted before the check, so that concurrent attempts cannot evade the limit.
    """
    # Once, and outside the transaction: validating an address takes a while, and SQLite has only one writer.
    name = _login_name(credentials.email)
    with database.writing() as session:
        account = recruiters.with_email(session, name)
        browser = known_browsers.among(session, account.id if account else None, credentials.browser_tokens, now)
        tried = _tried(keys, name, credentials.address, browser)
        retry_after = counted(session, tried, now)
    if retry_after is not None:
        raise TooManyAttemptsError(retry_after)
    in_use = account if account and account.disabled_at is None else None
    # Outside the transaction: hashing is slow on purpose, and SQLite has only one writer.
    known = is_password(credentials.password, in_use.password_hash if in_use else None)
    with database.writing() as session:
        if in_use is not None and known and _is_unchanged(session, in_use):
            succeeded(session, tried, now)
            enough = is_enough(in_use, factor_required=factor_required)
            if enough:
                known_browsers.forget(session, tried.browser_key)
            return _admit(session, in_use, credentials.device, now, enough=enough)
        # Recorded for unknown accounts too, so that the answer takes the same time.
        record_own(session, Action.SIGN_IN_FAILED, account.id if account else None, now)
        return None


def _tried(keys: Keys, name: str, address: str, browser: bytes | None) -> Tried:
    return Tried(keys.index_of_address("account", name), keys.index_of_address("sign-in", address), browser)


def _login_name(email: str) -> str:
    try:
        return normalised_email(email)
    except AccountError:
        return email.strip().lower()


def _is_unchanged(session: Session, account: Account) -> bool:
    """Return whether the account has not changed while its password was checked, and keep others from changing it."""
    return recruiters.lock(session, account.id) == account


def _admit(session: Session, account: Account, device: str, now: datetime, *, enough: bool) -> str:
    record_own(session, Action.SIGNED_IN if enough else Action.PASSWORD_GIVEN, account.id, now)
    return begin(session, account.id, device, now, complete=enough)


def is_own_password(database: Transactions, keys: Keys, account: Account, password: Typed, now: datetime) -> bool:
    """Return whether the password is that of the signed-in account, whose session might be in other hands.

    Attempts count like sign-ins. Raise TooManyAttemptsError after too many.
    """
    with database.writing() as session:
        browser = known_browsers.among(session, account.id, password.browser_tokens, now)
        tried = _tried(keys, _login_name(account.email), password.address, browser)
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
