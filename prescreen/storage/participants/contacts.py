"""Contact details, and the one sealed block in which they are kept."""

import json
from dataclasses import asdict, dataclass, field
from uuid import UUID

from prescreen.storage.base.encryption import KeyRing

_TABLE = "lead"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a person. None where they gave nothing. It never shows itself in a message or log."""

    name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str | None = field(repr=False)
    postal_code: str | None = field(repr=False)
    best_time: str | None = field(repr=False)
    language: str = field(repr=False)


def seal_contact(ring: KeyRing, lead_id: UUID, contact: Contact) -> bytes:
    """Seal the contact of one lead."""
    return ring.seal(json.dumps(asdict(contact), ensure_ascii=False).encode(), _TABLE, str(lead_id))


def open_contact(ring: KeyRing, lead_id: UUID, sealed: bytes) -> Contact:
    """Open the contact of one lead; raise SealBrokenError where it is not that lead's."""
    return Contact(**json.loads(_opened(ring, str(lead_id), sealed)))


def open_parts(ring: KeyRing, lead_id: str, sealed: bytes) -> dict[str, str | None]:
    """Open the contact of one lead as the plain parts of `Contact`, for where a million are opened."""
    parts: dict[str, str | None] = json.loads(_opened(ring, lead_id, sealed))
    return parts


def _opened(ring: KeyRing, lead_id: str, sealed: bytes) -> bytes:
    return ring.open(sealed, _TABLE, lead_id)
