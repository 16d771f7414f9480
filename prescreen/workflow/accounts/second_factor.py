"""The second factor: time-based codes (TOTP, RFC 6238), and recovery codes for a lost device. Each works once."""

import base64
import binascii
import hmac
import re
import secrets
from datetime import datetime
from uuid import UUID

import pyotp

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts import second_factor
from prescreen.storage.accounts.sign_in_attempts import Tried
from prescreen.storage.audit.events import Action
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts import known_browsers
from prescreen.workflow.accounts.account_audit import OPERATOR, Deed, record_change, record_own
from prescreen.workflow.accounts.passwords import hash_of_code
from prescreen.workflow.accounts.recruiters import existing
from prescreen.workflow.accounts.sessions import SignedIn, complete, end_all, end_outdated
from prescreen.workflow.accounts.throttling import TooManyAttemptsError, Typed, counted, succeeded

STEP_SECONDS = 30
DRIFT = (0, -1, 1)
"""The time steps around now whose codes are accepted, since clocks differ."""
RECOVERY_CODES = 10
_CODE_DIGITS, _RECOVERY_DIGITS = 6, 12
_OFFER = "second factor offered"
_BY_RECOVERY_CODE = "recovery_code"


def new_secret() -> str:
    """Return a new secret, in base 32."""
    return pyotp.random_base32()


def address_of(secret: str, email: str, issuer: str) -> str:
    """Return the URL that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def sealed_offer(keys: Keys, session_id: UUID, secret: str) -> str:
    """Return an encrypted secret for set-up, to be sent back by the form in the same session."""
    return base64.urlsafe_b64encode(keys.ring.seal(secret.encode(), _OFFER, str(session_id))).decode()


def opened_offer(keys: Keys, session_id: UUID, offer: str) -> str | None:
    """Return the secret that was shown in this session; None for any other."""
    try:
        return keys.ring.open(base64.urlsafe_b64decode(offer.encode()), _OFFER, str(session_id)).decode()
    except (SealBrokenError, binascii.Error):
        return None


def set_up(session: Session, keys: Keys, mine: SignedIn, proof: tuple[str, str], now: datetime) -> list[str] | None:
    """Store a secret, replacing any before, and return new recovery codes. `proof` is the secret and a code of it.

    All other sessions of the account end: they were opened without this secret. None, and nothing stored, where the
    code does not match the secret now.
    """
    (secret, code), recruiter_id = proof, mine.recruiter.id
    step = _step_of(secret, code, now)
    if step is None:
        return None
    second_factor.keep_secret(session, keys.ring, recruiter_id, secret, now)
    second_factor.take_step(session, recruiter_id, step)
    end_outdated(session, mine.recruiter, now, keep=mine.session.id)
    record_own(session, Action.SECOND_FACTOR_SET_UP, recruiter_id, now)
    return make_recovery_codes(session, keys, recruiter_id, now)


def set_up_by_operator(session: Session, keys: Keys, recruiter_id: UUID, now: datetime) -> str:
    """Store a new secret for an account, end its sessions, and return the secret. An operator's action.

    Raise LookupError where there is no such account.
    """
    secret, before = new_secret(), existing(session, recruiter_id)
    second_factor.keep_secret(session, keys.ring, recruiter_id, secret, now)
    end_outdated(session, before, now)
    record_change(session, Deed(OPERATOR, Action.SECOND_FACTOR_SET_UP), recruiter_id, now)
    return secret


def make_recovery_codes(session: Session, keys: Keys, recruiter_id: UUID, now: datetime) -> list[str]:
    """Return ten new recovery codes, replacing any before. They can be read only now: their hashes are stored."""
    digits = [f"{secrets.randbelow(10**_RECOVERY_DIGITS):0{_RECOVERY_DIGITS}}" for _ in range(RECOVERY_CODES)]
    hashes = [hash_of_code(one, keys.salt_of_recovery_codes(recruiter_id)) for one in digits]
    second_factor.replace_recovery_codes(session, recruiter_id, hashes)
    record_own(session, Action.RECOVERY_CODES_MADE, recruiter_id, now)
    return [f"{one[:4]}-{one[4:8]}-{one[8:]}" for one in digits]


def hashes_of_recovery_code(keys: Keys, recruiter_id: UUID, digits: str) -> list[bytes]:
    """Return every hash under which a recovery code of an account may be stored."""
    slow = [hash_of_code(digits, one.salt_of_recovery_codes(recruiter_id)) for one in keys.generations]
    return slow + [one.quick_hash_of_recovery_code(recruiter_id, digits) for one in keys.generations]


def give_code(database: Transactions, keys: Keys, half: SignedIn, code: Typed, now: datetime) -> str | None:
    """Return the token of a complete session for a code or recovery code; None where it is wrong or was used.

    Raise TooManyAttemptsError, before the code is checked, after too many failures of the account or the network
    address.
    """
    who = half.recruiter.id
    with database.writing() as session:
        tried = _tried(session, keys, who, code, now)
        retry_after = counted(session, tried, now)
        taken = None if retry_after is not None else _take(session, keys, who, code.text, now)
        if taken is not None:
            succeeded(session, tried, now)
            return _enter(session, half, taken, tried.browser_key, now)
        if retry_after is None:
            record_own(session, Action.SECOND_FACTOR_FAILED, who, now)
    if retry_after is not None:
        raise TooManyAttemptsError(retry_after)
    return None


def _tried(session: Session, keys: Keys, recruiter_id: UUID, code: Typed, now: datetime) -> Tried:
    browser = known_browsers.among(session, recruiter_id, code.browser_tokens, now)
    account = keys.index_of_address("code", str(recruiter_id))
    return Tried(account, keys.index_of_address("code from", code.address), browser)


def _enter(session: Session, half: SignedIn, by: str, browser: bytes | None, now: datetime) -> str | None:
    """Complete a session; a recovery code ends all others, since the device with the codes may be in other hands."""
    if by == _BY_RECOVERY_CODE:
        end_all(session, half.recruiter.id, now, keep=half.session.id)
    known_browsers.forget(session, browser)
    return complete(session, half, now, by=by)


def _take(session: Session, keys: Keys, recruiter_id: UUID, typed: str, now: datetime) -> str | None:
    """Use up a code and return its kind; None where it is not accepted."""
    code = _digits(typed)
    if len(code) == _RECOVERY_DIGITS:
        hashes = hashes_of_recovery_code(keys, recruiter_id, code)
        return _BY_RECOVERY_CODE if second_factor.take_recovery_code(session, recruiter_id, hashes, now) else None
    secret = second_factor.secret_of(session, keys.ring, recruiter_id)
    step = _step_of(secret, code, now) if secret else None
    return "code" if step is not None and second_factor.take_step(session, recruiter_id, step) else None


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    """Return the time step that has this code; None where none around now has it."""
    code, step = _digits(typed), int(now.timestamp()) // STEP_SECONDS
    if len(code) != _CODE_DIGITS:
        return None
    codes = {step + drift: pyotp.TOTP(secret).generate_otp(step + drift) for drift in DRIFT}
    return next((one for one, expected in codes.items() if hmac.compare_digest(expected, code)), None)


def _digits(typed: str) -> str:
    """Return a code without the dashes and spaces that make it readable; empty for what is not a code."""
    joined = re.sub(r"[\s-]", "", typed)
    return joined if joined.isascii() and joined.isdigit() else ""
