"""Reminders of calls: a letter to the person the day before a call that they agreed to.

They are written by the process that sends letters, and not with the call: until the day before, the call may be put
off, the person withdraw, or stop e-mail. One that waits for a mail server until the call is over is cancelled.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from prescreen.storage import Transactions
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import call_reminders, outbox
from prescreen.storage.mail.call_reminders import Calls, DueReminder
from prescreen.storage.participants import person_lock
from prescreen.workflow.participants.participant_letters import Desk, Pen, tell_of_call

AHEAD = timedelta(hours=24)
TOO_LATE = timedelta(hours=1)
"""A call that is so near needs no reminder any more, and one would arrive after it."""


def remind_of_calls(database: Transactions, keys: Keys, pen: Callable[[], Pen], now: datetime) -> int:
    """Put the reminders that are due into the outbox; return how many. `pen` is called only if one is due.

    Raise SealBrokenError, once all others are written, where a person's details cannot be opened.
    """
    calls = Calls(now + TOO_LATE, now + AHEAD)
    with database.reading() as session:
        found = call_reminders.due(session, calls)
    if not found:
        return 0
    desk, written, broken = Desk(keys, pen(), now), 0, None
    for one in found:
        try:
            written += _remind(database, desk, calls, one)
        except SealBrokenError as error:
            broken = error
    if broken is not None:
        raise broken
    return written


def _remind(database: Transactions, desk: Desk, calls: Calls, one: DueReminder) -> bool:
    """Write one reminder, unless another process did; return whether a letter was written."""
    with database.writing() as session:
        person_lock.hold_behind(session, [one.referral_id])
        if not call_reminders.is_due(session, calls, one.call_id):
            return False
        letter_id = tell_of_call(session, desk, one.referral_id, one.call_at)
        call_reminders.decide(session, one.call_id, desk.now, letter_id)
    return letter_id is not None


def cancel_untrue(database: Transactions, now: datetime) -> int:
    """Cancel the reminders that wait, or failed, and are not true any more; return how many."""
    with database.reading() as session:
        untrue = call_reminders.untrue_letters(session, now)
    if untrue:
        with database.writing() as session:
            for letter_id in untrue:
                outbox.cancel_one(session, letter_id)
    return len(untrue)
