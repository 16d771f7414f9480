"""Which contact details leave: one rule for the pages of teams, exports in every format, and letters.

The details themselves stay stored until the person corrects or deletes them: a consent can be given again.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Any

from prescreen.storage.participants.contacts import Contact
from prescreen.storage.participants.purposes import CHANNELS, PURPOSES, Purpose

# A contact always has the text of an e-mail address, empty where there is none.
_EMPTY = {"email": ""}
# When to call is of use only with the number.
_GOES_WITH = {"best_time": "phone"}


def _uses(detail: str) -> tuple[Purpose, ...]:
    needed = _GOES_WITH.get(detail, detail)
    return tuple(purpose for purpose in CHANNELS if PURPOSES[purpose].needs == needed)


USES: Mapping[str, tuple[Purpose, ...]] = {one.name: _uses(one.name) for one in fields(Contact)}
"""The ways of contact for which each detail leaves; a detail without any leaves as long as the referral stands."""


def is_allowed(detail: str, agreed: Collection[Purpose]) -> bool:
    """Return whether a detail of a standing referral may leave, by the purposes that the person agrees to now."""
    return not USES[detail] or any(purpose in agreed for purpose in USES[detail])


def allowed_contact(contact: Contact, agreed: Collection[Purpose]) -> Contact:
    """Return the contact with only the details that may leave; the others are empty."""
    withheld: dict[str, Any] = {one: _EMPTY.get(one) for one in USES if not is_allowed(one, agreed)}
    return replace(contact, **withheld)


def address_for(contact: Contact, channel: Purpose, agreed: Collection[Purpose]) -> str | None:
    """Return the number or address of a way of contact; None where it was not agreed to or not given.

    Raise ValueError for a purpose that is not a way of contact.
    """
    match PURPOSES[channel].needs if channel in agreed else None:
        case "email":
            return contact.email or None
        case "phone":
            return contact.phone
    if channel in CHANNELS:
        return None
    raise ValueError(f"{channel} is not a way of contact")
