"""Ending invitations to later trials by a link in a letter's header, without a cookie and for one address at once.

The link does nothing else, since mail programs and their operators handle it (RFC 2369, RFC 8058). It does not expire,
since a person may ask for no more letters for as long as they keep one.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents, leads
from prescreen.storage.participants.consents import Purpose
from prescreen.workflow.participants import data_subject_rights

_ID_BYTES, _SIGNATURE_BYTES = 16, 32
_PURPOSE = b"no more invitations|"
_MOST_LEADS = 1000


def opt_out_token(keys: Keys, lead_id: UUID, email_index: bytes) -> str:
    """Return the token by which the holder of a confirmed address ends invitations to it."""
    signature = hmac.digest(keys.links, _PURPOSE + lead_id.bytes + email_index, "sha256")
    return base64.urlsafe_b64encode(lead_id.bytes + signature).decode()


def can_opt_out(session: Session, keys: Keys, token: str) -> bool:
    """Return whether a token is valid: it is genuine, and the person still has the address. Nothing is changed."""
    return bool(_people(session, keys, token))


def opt_out(session: Session, keys: Keys, token: str, now: datetime) -> bool:
    """Withdraw the consent to later trials for everything left with an address; return whether the token was valid.

    Idempotent.
    """
    people = _people(session, keys, token)
    for lead_id in people:
        if consents.in_force(consents.of_lead(session, lead_id), Purpose.FUTURE):
            data_subject_rights.withdraw_consent(session, lead_id, Purpose.FUTURE, now)
    return bool(people)


def _people(session: Session, keys: Keys, token: str) -> Sequence[UUID]:
    """Return the leads of the address that a token is about, in the order of their ids; none if it is not valid."""
    lead_id = _lead_id(token)
    lead = leads.find(session, lead_id) if lead_id else None
    if lead is None or lead.email_index is None:
        return ()
    genuine = opt_out_token(keys, lead.id, lead.email_index)
    if not hmac.compare_digest(genuine.encode(), token.encode()):
        return ()
    return sorted(one.id for one in leads.with_email(session, lead.email_index, _MOST_LEADS))


def _lead_id(token: str) -> UUID | None:
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=raw[:_ID_BYTES]) if len(raw) == _ID_BYTES + _SIGNATURE_BYTES else None
