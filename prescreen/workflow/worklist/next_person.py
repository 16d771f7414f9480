"""Which person a recruiter calls after another one, in the order of urgency."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.referrals import call_log
from prescreen.storage.referrals.call_log import LastCall
from prescreen.storage.worklist import ordering
from prescreen.storage.worklist.order_parts import OPEN, TO_CALL
from prescreen.storage.worklist.ordering import Order, Stretch, WorkListCursor, WorkListFilters
from prescreen.workflow.worklist.listing import MOST_COUNTED, scope_of, urgency_of

MOST_PLACED = 100
"""So many people from the front of the list have a place in it; with more, only the number of all is told."""

_REST = timedelta(hours=2)
"""How long others come first after a call that left a person at the front of the list, such as "no answer"."""


@dataclass(frozen=True, slots=True)
class NextPerson:
    """The next referral to work on, and where the present one stands among those that are open.

    `referral_id` is None where no other is open. `place` counts from 1; None where the present one is not open, or not
    among the first `MOST_PLACED`. `count` is the number of all; one more than `MOST_COUNTED` stands for any greater.
    """

    referral_id: UUID | None
    place: int | None
    count: int


def next_person(session: Session, account: Account, referral_id: UUID, now: datetime, zone: tzinfo) -> NextPerson:
    """Return whom the account calls after this referral, in the order in which the work list opens."""
    scope, wanted = scope_of(account), WorkListFilters(states=OPEN)
    stretch = Stretch(Order.URGENT, MOST_PLACED, urgency=urgency_of(account, now, zone))
    front = ordering.marks(session, scope, wanted, stretch)
    places = {mark.id: place for place, mark in enumerate(front)}
    place = places.get(referral_id)
    return NextPerson(
        referral_id=_after(front, place, {referral_id, *_resting(session, places, now)}, referral_id),
        place=None if place is None else place + 1,
        count=ordering.count(session, scope, wanted, MOST_COUNTED + 1),
    )


def _resting(session: Session, referral_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Return those who are not called again yet: called just now, or until the time at which they want to be."""

    def rests(call: LastCall) -> bool:
        return call.call_back_at > now if call.call_back_at else call.at > now - _REST

    return {one for one, call in call_log.last_calls(session, referral_ids).items() if rests(call)}


def _after(
    front: Sequence[WorkListCursor], place: int | None, not_now: Collection[UUID], referral_id: UUID
) -> UUID | None:
    """Return the referral after this one while it waits itself; once it is worked on, the most urgent other one.

    A call moves a person to the back of the list, or leaves them where they are for another try later.
    """
    others = [mark for mark in front if mark.id not in not_now] or [mark for mark in front if mark.id != referral_id]
    if not others:
        return None
    first = others[0]
    is_passed = place is not None and (front[place].part in TO_CALL or first.part not in TO_CALL)
    behind = front[place + 1 :] if place is not None and is_passed else ()
    return next((mark.id for mark in behind if mark in others), first.id)
