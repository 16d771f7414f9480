"""Queries about second factors: an account's encrypted secret, its last used code, its recovery codes."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.tables import RecoveryCode, Recruiter

_TABLE = "recruiter"


def keep_secret(session: Session, ring: KeyRing, recruiter_id: UUID, secret: str, at: datetime) -> None:
    """Store the encrypted secret of an account, replacing any before."""
    sealed = ring.seal(secret.encode(), _TABLE, str(recruiter_id))
    values = {"totp_secret": sealed, "totp_since": at, "totp_step": None}
    session.execute(update(Recruiter).where(Recruiter.id == recruiter_id).values(**values))


def secret_of(session: Session, ring: KeyRing, recruiter_id: UUID) -> str | None:
    """Return the secret of an account; None where it has none.

    Raise SealBrokenError where it was encrypted for another account.
    """
    sealed = session.scalar(select(Recruiter.totp_secret).where(Recruiter.id == recruiter_id))
    return None if sealed is None else ring.open(sealed, _TABLE, str(recruiter_id)).decode()


def demand(session: Session, recruiter_id: UUID, at: datetime) -> None:
    """Delete secret and recovery codes of an account, which must then set up new ones."""
    values = {"totp_secret": None, "totp_since": at, "totp_step": None}
    session.execute(update(Recruiter).where(Recruiter.id == recruiter_id).values(**values))
    session.execute(delete(RecoveryCode).where(RecoveryCode.recruiter_id == recruiter_id))


def take_step(session: Session, recruiter_id: UUID, step: int) -> bool:
    """Mark a time step's code as used; return False, changing nothing, where it or a later one was used before."""
    unused = or_(Recruiter.totp_step.is_(None), Recruiter.totp_step < step)
    taken = update(Recruiter).where(Recruiter.id == recruiter_id, unused).values(totp_step=step).returning(Recruiter.id)
    return session.execute(taken).first() is not None


def replace_recovery_codes(session: Session, recruiter_id: UUID, hashes: Iterable[bytes]) -> None:
    """Replace the recovery codes of an account."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.recruiter_id == recruiter_id))
    rows = [{"recruiter_id": recruiter_id, "code_hash": one, "used_at": None} for one in hashes]
    session.execute(insert(RecoveryCode), rows)


def take_recovery_code(session: Session, recruiter_id: UUID, hashes: Collection[bytes], at: datetime) -> bool:
    """Mark a recovery code as used; return False where there is no such code or it was used before.

    `hashes` are those of one code under the present and earlier keys.
    """
    which = (RecoveryCode.recruiter_id == recruiter_id, RecoveryCode.code_hash.in_(hashes))
    unused = update(RecoveryCode).where(*which, RecoveryCode.used_at.is_(None))
    return session.execute(unused.values(used_at=at).returning(RecoveryCode.code_hash)).first() is not None


def recovery_codes_left(session: Session, recruiter_id: UUID) -> int:
    """Return the number of unused recovery codes."""
    which = (RecoveryCode.recruiter_id == recruiter_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*which)) or 0


def accounts_with_codes(session: Session) -> int:
    """Return how many accounts have unused recovery codes."""
    unused = select(func.count(func.distinct(RecoveryCode.recruiter_id))).where(RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0
