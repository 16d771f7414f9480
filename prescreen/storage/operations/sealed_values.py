"""Encrypted values that are encrypted anew: which of them another key than the first of the ring encrypted."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.encryption import KeyRing, SealBrokenError
from prescreen.storage.operations.key_checks import SEALED, SealedColumn, is_under
from prescreen.storage.tables import Lead, Referral


def reseal_of(session: Session, ring: KeyRing, lead_ids: Collection[UUID]) -> int:
    """Encrypt with the first key what another key encrypted of these leads, which are locked; return how many values.

    A value that does not open stays as it is.
    """
    whose = ((column, _belongs_to(column, lead_ids)) for column in SEALED)
    return sum(_reseal(session, ring, column, which) for column, which in whose if which is not None)


def _belongs_to(column: SealedColumn, lead_ids: Collection[UUID]) -> ColumnElement[bool] | None:
    """Return the condition on the rows of a table that belong to these leads; None where they belong to nobody."""
    table: Any = column.class_
    if table is Lead:
        return Lead.id.in_(lead_ids)
    if hasattr(table, "lead_id"):
        which: ColumnElement[bool] = table.lead_id.in_(lead_ids)
        return which
    if hasattr(table, "referral_id"):
        theirs: ColumnElement[bool] = table.referral_id.in_(select(Referral.id).where(Referral.lead_id.in_(lead_ids)))
        return theirs
    return None


def reseal_of_nobody(session: Session, ring: KeyRing, column: SealedColumn, limit: int) -> int:
    """Encrypt with the first key some values of a column that belong to no lead; return how many.

    Rows that another transaction has locked are left for the next call.
    """
    table: Any = column.class_
    which = [table.lead_id.is_(None)] if hasattr(table, "lead_id") else []
    return _reseal(session, ring, column, *which, limit=limit)


def columns_of_nobody() -> tuple[SealedColumn, ...]:
    """Return the columns in which some values belong to no lead: those of accounts, and letters to staff."""
    return tuple(one for one in SEALED if one.class_ is not Lead and not hasattr(one.class_, "referral_id"))


def _reseal(
    session: Session, ring: KeyRing, column: SealedColumn, *which: ColumnElement[bool], limit: int | None = None
) -> int:
    row_id: Any = column.class_.id
    query = select(row_id, column).where(_is_otherwise(column, ring), *which).order_by(row_id).limit(limit)
    found = session.execute(query.with_for_update(skip_locked=True, of=column.class_)).all()
    return sum(_kept_anew(session, ring, column, one, sealed) for one, sealed in found)


def _kept_anew(session: Session, ring: KeyRing, column: SealedColumn, row_id: UUID, sealed: bytes) -> bool:
    table = column.class_.__tablename__
    try:
        anew = ring.seal(ring.open(sealed, table, str(row_id)), table, str(row_id))
    except SealBrokenError:
        return False
    session.execute(update(column.class_).where(column.class_.id == row_id).values({column.key: anew}))
    return True


def _is_otherwise(column: SealedColumn, ring: KeyRing) -> ColumnElement[bool]:
    return column.is_not(None) & ~is_under(column, ring.ids[0])


def left(session: Session, ring: KeyRing) -> dict[str, int]:
    """Return how many values of each table another key than the first encrypted; tables without any are left out."""
    counts = {
        one.class_.__tablename__: session.scalar(
            select(func.count()).select_from(one.class_).where(_is_otherwise(one, ring))
        )
        for one in SEALED
    }
    return {table: count for table, count in counts.items() if count}
