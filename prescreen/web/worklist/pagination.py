"""Pagination of the work list: a cursor in it, as a parameter of the page's address.

An altered cursor leads to another place in the same list, which holds only the recruiter's own referrals.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from werkzeug.datastructures import MultiDict

from prescreen.web.base.form_fields import Raw
from prescreen.web.base.forms import Form, read_valid
from prescreen.workflow.worklist.listing import Order, PartName, Urgency, WorkListCursor, parts_of

FAULT = "The place in the list that this address names cannot be found. This is the beginning of the list."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MARK = re.compile(rf"({'|'.join(PartName)})\.(\d{{0,17}})\.([0-9a-f]{{32}})", re.ASCII)
_MOST_MILES = 100_000


class TurnForm(Form):
    """The cursor after or before which a page lies."""

    after: Annotated[str, Raw()]
    before: Annotated[str, Raw()]


@dataclass(frozen=True, slots=True)
class Turn:
    """The cursor from which a page continues, and the direction."""

    beyond: WorkListCursor | None = None
    backwards: bool = False


def mark_text(mark: WorkListCursor) -> str:
    """Return a cursor as a text for an address.

    >>> mark_text(WorkListCursor(UUID(int=7), 12))
    'first.12.00000000000000000000000000000007'
    """
    key = (mark.key - _EPOCH) // _MICROSECOND if isinstance(mark.key, datetime) else mark.key
    return f"{mark.part}.{'' if key is None else key}.{mark.id.hex}"


def read_turn(typed: MultiDict[str, str], order: Order, urgency: Urgency) -> tuple[Turn, str | None]:
    """Return where a page continues; for an invalid cursor, the beginning of the list, and a message."""
    form, _faults = read_valid(TurnForm, typed)
    if not form.after and not form.before:
        return Turn(), None
    mark = _mark(form.after or form.before, order, urgency)
    return (Turn(mark, backwards=not form.after), None) if mark else (Turn(), FAULT)


def _mark(text: str, order: Order, urgency: Urgency) -> WorkListCursor | None:
    found = _MARK.fullmatch(text)
    keyed = {part.name: part.key is not None for part in parts_of(order, urgency)}
    if found is None or keyed.get(PartName(found[1])) is not bool(found[2]):
        return None
    part, digits, referral_id = PartName(found[1]), found[2], UUID(hex=found[3])
    if not digits:
        return WorkListCursor(referral_id, None, part)
    key = _key(int(digits), order)
    return None if key is None else WorkListCursor(referral_id, key, part)


def _key(number: int, order: Order) -> datetime | int | None:
    if order is Order.NEAREST:
        return number if number <= _MOST_MILES else None
    try:
        return _EPOCH + number * _MICROSECOND
    except OverflowError:
        return None
