"""The form by which a call is logged: what was typed, and what must be mended."""

from datetime import UTC, datetime, timedelta, tzinfo

from werkzeug.datastructures import MultiDict

from prescreen.workflow.calling import LONGEST_NOTE, Call, Outcome

_FORMAT = "%Y-%m-%dT%H:%M"
_FURTHEST = timedelta(days=366)
_UNREADABLE = "Choose a day and a time, such as 30 November 2026, 17:30."


def read_call(form: MultiDict[str, str], zone: tzinfo, now: datetime) -> tuple[Call | None, dict[str, str]]:
    """Read a call; None where something must be mended, and in any case the errors by field.

    The time to call back is taken as the clocks of `zone` show it.
    """
    errors: dict[str, str] = {}
    outcome, note = _outcome(form, errors), _note(form, errors)
    back = _call_back_at(form.get("call_back_at", "").strip(), zone, now, errors)
    if outcome is Outcome.CALL_BACK and back is None:
        errors.setdefault("call_back_at", "Say when to call back: choose a day and a time.")
    return (Call(outcome, note, back) if outcome and not errors else None), errors


def _outcome(form: MultiDict[str, str], errors: dict[str, str]) -> Outcome | None:
    try:
        return Outcome(form.get("outcome", ""))
    except ValueError:
        errors["outcome"] = "Choose what came of the call."
        return None


def _note(form: MultiDict[str, str], errors: dict[str, str]) -> str:
    # Browsers send two signs for one line break, and count it as one.
    note = form.get("call_note", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        errors["call_note"] = f"Shorten this to at most {LONGEST_NOTE:,} characters; it has {len(note):,}."
    return note


def _call_back_at(text: str, zone: tzinfo, now: datetime, errors: dict[str, str]) -> datetime | None:
    if not text:
        return None
    try:
        at = _instant(datetime.strptime(text, _FORMAT), zone)  # the zone comes next
    except (ValueError, OverflowError) as error:
        errors["call_back_at"] = str(error) if isinstance(error, NoSuchTimeError) else _UNREADABLE
        return None
    if not now < at <= now + _FURTHEST:
        errors["call_back_at"] = "Choose a time that is still to come, within a year."
    return at


class NoSuchTimeError(ValueError):
    """A time that the clocks skip on that day."""


def _instant(local: datetime, zone: tzinfo) -> datetime:
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise NoSuchTimeError("The clocks skip this time on that day. Choose another.")
    return at
