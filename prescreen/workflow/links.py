"""The link by which a person comes back to their data. It needs no account and cannot be guessed."""

import base64
import binascii
import hmac
import struct
from datetime import UTC, datetime
from uuid import UUID

from prescreen.storage import Session, leads
from prescreen.storage.keys import Keys

# Lead, generation of the lead's links, expiry in seconds since 1970; then the signature over these.
_CLAIMS = struct.Struct(">16sIQ")
_SIGNATURE_BYTES = 32
_TOKEN_BYTES = _CLAIMS.size + _SIGNATURE_BYTES


def link_token(keys: Keys, lead_id: UUID, generation: int, expires_at: datetime) -> str:
    """Make the token of a link. It ends at `expires_at`, or when the lead's links are renewed."""
    claims = _CLAIMS.pack(lead_id.bytes, generation, int(expires_at.timestamp()))
    return base64.urlsafe_b64encode(claims + _signature(keys, claims)).decode().rstrip("=")


def lead_behind(session: Session, keys: Keys, token: str, now: datetime) -> UUID | None:
    """Give the lead that a token opens; None where it is forged, expired, renewed since, or the lead is deleted."""
    claims = _signed_claims(keys, token)
    if claims is None:
        return None
    id_bytes, generation, expires = _CLAIMS.unpack(claims)
    lead = leads.find(session, UUID(bytes=id_bytes))
    if lead is None or lead.deleted_at or lead.link_generation != generation:
        return None
    return lead.id if now < datetime.fromtimestamp(expires, UTC) else None


def _signed_claims(keys: Keys, token: str) -> bytes | None:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    claims, signature = raw[: _CLAIMS.size], raw[_CLAIMS.size :]
    genuine = len(raw) == _TOKEN_BYTES and hmac.compare_digest(signature, _signature(keys, claims))
    return claims if genuine else None


def _signature(keys: Keys, claims: bytes) -> bytes:
    return hmac.digest(keys.links, claims, "sha256")
