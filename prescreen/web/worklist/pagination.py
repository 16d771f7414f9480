"""Turning the pages of the work list: a place in it, as an address can say it.

Whoever alters it finds another place of the same list, which holds only what is theirs.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from werkzeug.datastructures import MultiDict

from prescreen.web.base.form_fields import Raw
from prescreen.web.base.forms import Form, read_valid
from prescreen.workflow.worklist.listing import Order, WorkListCursor

FAULT = "The place in the list that this address names cannot be found. This is the beginning of the list."
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MARK = re.compile(r"(first|last)\.(\d{0,17})\.([0-9a-f]{32})", re.ASCII)
_MOST_MILES = 100_000
_KEYED = (Order.LATEST, Order.NEAREST)


class TurnForm(Form):
    """After or before which place a page stands."""

    after: Annotated[str, Raw()]
    before: Annotated[str, Raw()]


@dataclass(frozen=True, slots=True)
class Turn:
    """From where a page goes on, and in which direction."""

    beyond: WorkListCursor | None = None
    backwards: bool = False


def mark_text(mark: WorkListCursor) -> str:
    """Write a place for an address.

    >>> mark_text(WorkListCursor(UUID(int=7), 12))
    'first.12.00000000000000000000000000000007'
    """
    key = (mark.key - _EPOCH) // _MICROSECOND if isinstance(mark.key, datetime) else mark.key
    return f"{'last' if mark.is_last else 'first'}.{'' if key is None else key}.{mark.id.hex}"


def read_turn(typed: MultiDict[str, str], order: Order) -> tuple[Turn, str | None]:
    """Read from where a page goes on; give the beginning and a sentence where that cannot be."""
    form, _faults = read_valid(TurnForm, typed)
    if not form.after and not form.before:
        return Turn(), None
    mark = _mark(form.after or form.before, order)
    return (Turn(mark, backwards=not form.after), None) if mark else (Turn(), FAULT)


def _mark(text: str, order: Order) -> WorkListCursor | None:
    found = _MARK.fullmatch(text)
    if found is None:
        return None
    is_last, digits, referral_id = found[1] == "last", found[2], UUID(hex=found[3])
    has_key = order in _KEYED and not is_last
    if has_key != bool(digits) or (is_last and order not in _KEYED):
        return None
    if not has_key:
        return WorkListCursor(referral_id, None, is_last)
    key = _key(int(digits), order)
    return None if key is None else WorkListCursor(referral_id, key)


def _key(number: int, order: Order) -> datetime | int | None:
    if order is Order.NEAREST:
        return number if number <= _MOST_MILES else None
    try:
        return _EPOCH + number * _MICROSECOND
    except OverflowError:
        return None
