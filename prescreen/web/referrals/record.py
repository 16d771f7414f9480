"""The record of a referral: all that was done, said and agreed, as one list in time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from prescreen.storage.participants.consents import StoredConsent
from prescreen.storage.referrals.call_checklist import Tick
from prescreen.storage.referrals.call_log import Call, StoredCall
from prescreen.web.accounts.consent_wording import PURPOSE_WORDS
from prescreen.web.accounts.staff_pages import pages
from prescreen.web.accounts.staff_wording import OUTCOMES
from prescreen.web.assessment.findings import Case
from prescreen.web.base.request_context import local, now
from prescreen.web.referrals.teamwork import ChangeRead, NoteRead, ReminderRead, Team
from prescreen.workflow.referrals.call_log import QUESTION

_PERSON = "the person"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, in words, with what was typed about it.

    What can be changed stands beside it: the `note`, the `change` of state, the open `reminder`.
    """

    words: str
    typed: str = field(default="", repr=False)
    hint: str = ""
    note: NoteRead | None = None
    change: ChangeRead | None = None
    reminder: ReminderRead | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """What one person did in one minute; `is_ahead`: it is still to be done."""

    at: datetime
    by: str
    lines: tuple[Line, ...]
    is_ahead: bool = False


Entry = tuple[datetime, str, Line]


def read_record(case: Case, team: Team) -> tuple[Moment, ...]:
    """Return the record: what is still to be done first, then what was done, the newest first."""
    ahead = sorted(team.reminders, key=lambda one: one.due_at, reverse=True)
    entries = [*_of_the_person(case), *_ticks(case), *_of_the_team(team), *_calls(case.view.calls)]
    return (
        *(Moment(one.due_at, one.by, (Line("Reminder", one.text, reminder=one),), is_ahead=True) for one in ahead),
        *_moments(entries),
    )


def _moments(entries: Iterable[Entry]) -> Iterator[Moment]:
    newest_first = sorted(entries, key=lambda entry: entry[0], reverse=True)
    for (_, by), alike in groupby(newest_first, key=lambda entry: (_minute(entry[0]), entry[1])):
        together = list(alike)
        yield Moment(together[0][0], by, tuple(line for _, _, line in together))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _of_the_team(team: Team) -> Iterator[Entry]:
    for change in team.history:
        yield change.at, change.by, Line(change.words, change.reason, change.letter, change=change)
    for note in team.notes:
        yield note.at, note.by, Line("Note", note.text, note=note)


def _calls(calls: Iterable[StoredCall]) -> Iterator[Entry]:
    for one in calls:
        hint = f"call back {back_words(one.call)}" if one.call.call_back_at else ""
        yield local(one.at), one.by, Line(f"Call: {OUTCOMES[one.call.outcome]}", one.call.note, hint)


def back_words(call: Call) -> str:
    """Return when the person is called back, and whether they are reminded; an empty text where they are not."""
    if call.call_back_at is None:
        return ""
    return f"{stamp(call.call_back_at)}{', with a reminder by e-mail' if call.reminds else ''}"


def _ticks(case: Case) -> Iterator[Entry]:
    by_minute = groupby(case.view.ticks, key=lambda tick: (_minute(tick.at), tick.by, tick.ticked))
    for (_, by, ticked), alike in by_minute:
        together = list(alike)
        words = "Ticked in the script" if ticked else "Tick taken back"
        yield local(together[-1].at), by, Line(words, "\n".join(_item(tick, case) for tick in together))


def _item(tick: Tick, case: Case) -> str:
    name = tick.item.removeprefix(QUESTION)
    return case.evidence.words_of(name) if name == tick.item else case.ask(name)


def _of_the_person(case: Case) -> Iterator[Entry]:
    """Yield when the person sent their details, and what they agreed to, each wording on its own."""
    yield local(case.view.referral.created_at), _PERSON, Line("Sent")
    order = sorted(case.view.consents, key=_given)
    for (at, version), alike in groupby(order, key=_given):
        nouns = ", ".join(PURPOSE_WORDS[one.purpose] for one in alike)
        yield local(at), _PERSON, Line(f"Agreed to: {nouns}", hint=f"wording {version}")


def _given(consent: StoredConsent) -> tuple[datetime, str]:
    return consent.given_at, consent.version


@pages.app_template_filter("stamp")
def stamp(at: datetime) -> str:
    """Return an instant by the clocks of the service, in few words: "today 09:12", "28 Nov, 14:30"."""
    there, today = local(at), local(now()).date()
    near = {today + timedelta(days=days): words for days, words in ((-1, "yesterday"), (0, "today"), (1, "tomorrow"))}
    if there.date() in near:
        return f"{near[there.date()]} {there:%H:%M}"
    year = "" if there.year == today.year else f" {there.year}"
    return f"{there.day} {there:%b}{year}, {there:%H:%M}"
