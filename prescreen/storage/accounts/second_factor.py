"""Queries about second factors: the sealed secret of an account, the last code it took, its recovery codes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.tables import RecoveryCode, Recruiter

_TABLE = "recruiter"


def keep_secret(session: Session, ring: KeyRing, recruiter_id: UUID, secret: str, at: datetime) -> None:
    """Seal the secret of an account in place of any before."""
    sealed = ring.seal(secret.encode(), _TABLE, str(recruiter_id))
    values = {"totp_secret": sealed, "totp_since": at, "totp_step": None}
    session.execute(update(Recruiter).where(Recruiter.id == recruiter_id).values(**values))


def secret_of(session: Session, ring: KeyRing, recruiter_id: UUID) -> str | None:
    """Return the secret of an account; None where it has none. Raise SealBrokenError where it is not that account's."""
    sealed = session.scalar(select(Recruiter.totp_secret).where(Recruiter.id == recruiter_id))
    return None if sealed is None else ring.open(sealed, _TABLE, str(recruiter_id)).decode()


def demand(session: Session, recruiter_id: UUID, at: datetime) -> None:
    """Forget secret and recovery codes of an account; from now on it must set up new ones."""
    values = {"totp_secret": None, "totp_since": at, "totp_step": None}
    session.execute(update(Recruiter).where(Recruiter.id == recruiter_id).values(**values))
    session.execute(delete(RecoveryCode).where(RecoveryCode.recruiter_id == recruiter_id))


def take_step(session: Session, recruiter_id: UUID, step: int) -> bool:
    """Note that the code of a time step was taken; say False, and change nothing, for that step or an earlier one."""
    unused = or_(Recruiter.totp_step.is_(None), Recruiter.totp_step < step)
    taken = update(Recruiter).where(Recruiter.id == recruiter_id, unused).values(totp_step=step).returning(Recruiter.id)
    return session.execute(taken).first() is not None


def replace_recovery_codes(session: Session, recruiter_id: UUID, hashes: Iterable[bytes]) -> None:
    """Keep these recovery codes, and none before."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.recruiter_id == recruiter_id))
    rows = [{"recruiter_id": recruiter_id, "code_hash": one, "used_at": None} for one in hashes]
    session.execute(insert(RecoveryCode), rows)


def take_recovery_code(session: Session, recruiter_id: UUID, code_hash: bytes, at: datetime) -> bool:
    """Note that a recovery code was used; say False where there is none such, or it was used before."""
    which = (RecoveryCode.recruiter_id == recruiter_id, RecoveryCode.code_hash == code_hash)
    unused = update(RecoveryCode).where(*which, RecoveryCode.used_at.is_(None))
    return session.execute(unused.values(used_at=at).returning(RecoveryCode.code_hash)).first() is not None


def recovery_codes_left(session: Session, recruiter_id: UUID) -> int:
    """Count the recovery codes that were not used."""
    which = (RecoveryCode.recruiter_id == recruiter_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*which)) or 0
