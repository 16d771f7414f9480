"""Private links for a person: to their data, and to say whether an address is theirs.

They need no account and cannot be guessed. A token for one purpose is valid for no other.
"""

import base64
import binascii
import hmac
import struct
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import leads, person_lock
from prescreen.storage.participants.contacts import open_contact
from prescreen.workflow.participants.data_subject_rights import HeldData

LINK_LASTS = timedelta(days=90)
ANSWER_LASTS = timedelta(days=14)
"""How long a person can say whether an address is theirs."""

# Lead, generation of the lead's links, expiry in seconds since 1970; then the signature over these.
_CLAIMS = struct.Struct(">16sIQ")
_SIGNATURE_BYTES = 32
_TOKEN_BYTES = _CLAIMS.size + _SIGNATURE_BYTES


class Answer(StrEnum):
    """The answer that a link in a letter gives about the address to which it was sent."""

    MINE = "mine"
    NOT_ME = "not me"
    WRONG_ADDRESS = "wrong address"


def link_token(keys: Keys, lead_id: UUID, generation: int, expires_at: datetime) -> str:
    """Return the token of a link. It expires at `expires_at`, or when the lead's links are renewed."""
    return _token(keys, lead_id, generation, expires_at, b"")


def answer_token(keys: Keys, held: HeldData, answer: Answer, expires_at: datetime) -> str:
    """Return the token for an answer about a person's present address; it is valid only while that is the address.

    It outlives the renewal of private links: the address may not be asked again before long.
    """
    return _token(keys, held.lead_id, held.link_generation, expires_at, _purpose(keys, held.contact.email, answer))


def lead_behind(session: Session, keys: Keys, token: str, now: datetime) -> UUID | None:
    """Return the lead that a token opens; None where it is forged, expired or replaced, or the lead is deleted."""
    lead = _lead(session, token, now)
    current = lead is not None and lead.link_generation == _generation(token)
    return lead.id if lead and current and any(_is_genuine(one, token, b"") for one in keys.generations) else None


def end_links(session: Session, lead_id: UUID, keeping: bytes | None, now: datetime) -> None:
    """End all private links of a person and every browser in which one is open, but the session that is kept."""
    if person_lock.hold(session, lead_id) is None:
        return
    leads.renew_links(session, lead_id, keeping)
    by, subject = events.participant(lead_id), events.lead(lead_id)
    events.record(session, events.Event(now, by, events.Action.LINKS_ENDED, subject))


def lead_answering(session: Session, keys: Keys, token: str, answer: Answer, now: datetime) -> UUID | None:
    """Return the lead whose address a token answers about; None where it is invalid or the address has changed."""
    lead = _lead(session, token, now)
    if lead is None or lead.contact is None:
        return None
    email = open_contact(keys.ring, lead.id, lead.contact).email
    signed = any(_is_genuine(one, token, _purpose(one, email, answer)) for one in keys.generations)
    return lead.id if signed else None


def lead_named(token: str) -> UUID | None:
    """Return the lead that a token names, to lock it before the token is checked; None for a text that is no token."""
    raw = _raw(token)
    return None if raw is None else UUID(bytes=_CLAIMS.unpack_from(raw)[0])


def _token(keys: Keys, lead_id: UUID, generation: int, expires_at: datetime, purpose: bytes) -> str:
    claims = _CLAIMS.pack(lead_id.bytes, generation, int(expires_at.timestamp()))
    return base64.urlsafe_b64encode(claims + _signature(keys, claims + purpose)).decode().rstrip("=")


def _purpose(keys: Keys, email: str, answer: Answer) -> bytes:
    return answer.value.encode() + b"|" + keys.index_of_email(email)


def _lead(session: Session, token: str, now: datetime) -> leads.StoredLead | None:
    """Return the lead that a token names, without checking its signature; None if expired, or if it is deleted."""
    raw = _raw(token)
    if raw is None:
        return None
    id_bytes, _generation_of_link, expires = _CLAIMS.unpack(raw[: _CLAIMS.size])
    lead = leads.find(session, UUID(bytes=id_bytes))
    if lead is None or lead.deleted_at:
        return None
    return lead if now.timestamp() < expires else None


def _generation(token: str) -> int | None:
    raw = _raw(token)
    return None if raw is None else int(_CLAIMS.unpack(raw[: _CLAIMS.size])[1])


def _is_genuine(keys: Keys, token: str, purpose: bytes) -> bool:
    raw = _raw(token) or b""
    return hmac.compare_digest(raw[_CLAIMS.size :], _signature(keys, raw[: _CLAIMS.size] + purpose))


def _raw(token: str) -> bytes | None:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == _TOKEN_BYTES else None


def _signature(keys: Keys, content: bytes) -> bytes:
    return hmac.digest(keys.links, content, "sha256")
