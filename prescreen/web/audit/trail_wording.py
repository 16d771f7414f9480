"""The audit trail in plain words: who did what to what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prescreen.eligibility.criteria.text import shortened
from prescreen.storage.audit.events import Action, ActorKind
from prescreen.storage.audit.trail_queries import Entry, uuid_in
from prescreen.web.base.language import first_capital

_DONE: Mapping[str, str] = {
    Action.LEAD_SUBMITTED: "sent their details",
    Action.LEAD_DELETED: "erased {it}",
    Action.REFERRAL_WITHDRAWN: "withdrew {it}",
    Action.CONSENT_WITHDRAWN: "took a consent back",
    Action.CONSENT_GIVEN: "gave a consent",
    Action.CONTACT_CHANGED: "corrected their contact details",
    Action.EMAIL_CONFIRMED: "confirmed their e-mail address",
    Action.EMAIL_DISOWNED: "said that the e-mail address is not theirs",
    Action.LINKS_ENDED: "ended their older private links",
    Action.DATA_DOWNLOADED: "downloaded what is held about them",
    Action.LETTER_SHOWN: "read {it}",
    Action.LETTER_RETRIED: "had {it}, which had failed, sent again",
    Action.INVITATIONS_MADE: "invited people to {it}",
    Action.INVITATION_ACCEPTED: "accepted {it}",
    Action.INVITATION_DECLINED: "declined {it}",
    Action.SNAPSHOT_TAKEN: "wrote {it}, without identity",
    Action.WORKLIST_VIEWED: "saw {referrals} in the list",
    Action.WORKLIST_SEARCHED: "searched and saw {referrals}",
    Action.REFERRAL_VIEWED: "looked at {it}",
    Action.REFERRAL_REFUSED: "was refused {it}",
    Action.LEAD_ENTERED: "entered {it}, who rang",
    Action.SCRIPT_TICKED: "ticked the call script of {it}",
    Action.CALL_LOGGED: "noted a call about {it}",
    Action.INTERPRETER_CHANGED: "said whether an interpreter is needed for {it}",
    Action.REFERRAL_MOVED: "changed the state of {it}",
    Action.REFERRAL_MOVE_UNDONE: "took back a change of state of {it}",
    Action.REFERRAL_ASSIGNED: "assigned {it}",
    Action.REFERRAL_TAGGED: "changed the tags of {it}",
    Action.NOTE_WRITTEN: "wrote a note on {it}",
    Action.NOTE_REWORDED: "changed a note on {it}",
    Action.REMINDER_SET: "set a reminder about {it}",
    Action.REMINDER_DONE: "finished a reminder about {it}",
    Action.REMINDERS_VIEWED: "saw {referrals} in their reminders",
    Action.REFERRAL_TAKEN_OVER: "took {it} over from another site",
    Action.REFERRAL_RECEIVED: "received {it} from another site",
    Action.NUMBERS_REFUSED: "was refused the numbers of {it}",
    Action.EXPORT_REFUSED: "was refused an export of {it}",
    Action.EXPORT_STARTED: "began an export of {it}",
    Action.EXPORT_ENDED: "exported {rows} of {it}",
    Action.RECRUITER_ADDED: "added {it}",
    Action.RECRUITER_CHANGED: "changed {it}",
    Action.RECRUITER_DISABLED: "closed {it}",
    Action.RECRUITER_ENABLED: "opened {it} again",
    Action.ACCOUNT_INVITED: "invited somebody",
    Action.ACCOUNT_INVITATION_CANCELLED: "cancelled an invitation",
    Action.ACCOUNT_INVITATION_REFUSED: "tried a link that had ended",
    Action.ACCOUNT_JOINED: "joined",
    Action.PASSWORD_GIVEN: "gave the right password",
    Action.PASSWORD_CHANGED: "changed the password",
    Action.PASSWORD_REFUSED: "gave a wrong password on their own page",
    Action.SECOND_FACTOR_SET_UP: "set up the second factor",
    Action.SECOND_FACTOR_RESET: "reset the second factor of {it}",
    Action.SECOND_FACTOR_FAILED: "gave a wrong code",
    Action.RECOVERY_CODES_MADE: "made recovery codes",
    Action.SESSIONS_ENDED: "ended sessions of {it}",
    Action.NEWS_CHOSEN: "chose how news comes",
    Action.SIGNED_IN: "signed in",
    Action.SIGNED_OUT: "signed out",
    Action.SIGN_IN_FAILED: "failed to sign in",
    Action.TRAIL_CHECKED: "checked this trail",
    Action.SAMPLE_MADE: "made sample leads",
    Action.DATABASE_BACKED_UP: "began a backup of everything",
    Action.DATABASE_RESTORED: "restored everything from a backup",
    Action.DATA_PURGED: "deleted what was kept long enough",
    Action.KEYS_ROTATED: "replaced keys",
}
"""The words for each action. An action that is missing here is shown by its own name."""

_THINGS = {"lead": "person", "recruiter": "the account", "trail": "the trail"}
_PEOPLE = frozenset({"lead", "referral"})
_LONGEST = 200
_NAME = re.compile("[a-z]+(_[a-z]+)+")
_LONGEST_WORD = 24


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind ids: of accounts, and the references of leads and referrals."""

    accounts: Mapping[str, str]
    references: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words. `reference` is that of the person whom it is about; `more` are its other details."""

    sequence: int
    at: datetime
    who: str
    did: str
    reference: str | None
    more: tuple[str, ...] = field(default=())


def line(entry: Entry, names: Names) -> Line:
    """Return one event in words."""
    counted = _counts(entry.details)
    told = _DONE.get(entry.action, _own_name(entry.action) + ": {it}")
    did = told.format_map(_Counts(counted, it=_it(entry, names)))
    more = tuple(_more(key, value) for key, value in entry.details.items() if f"{{{key}}}" not in told)
    return Line(entry.sequence, entry.at, _who(entry, names), did, _reference(entry, names), tuple(filter(None, more)))


class _Counts(dict[str, str]):
    """Words for the counts in an event; a count that an old event lacks has none."""

    def __missing__(self, key: str) -> str:
        return key


_ABOUT: Mapping[str, str] = {
    "lead": "a person",
    "letter": "a letter",
    "invitation": "an invitation",
    "invitations": "a trial",
    "snapshot": "a snapshot",
    "numbers": "a trial",
    "export": "a trial",
    "recruiter": "an account",
    "second": "an account",
    "sessions": "an account",
}
"""What an action is about, by the first word of its name; that of any other is a referral."""


def label(action: str) -> str:
    """Return an action in words for a select field; by its own name where there are no others.

    >>> label("referral_viewed"), label("recruiter_disabled"), label("eaten")
    ('Looked at a referral', 'Closed an account', 'Eaten')
    """
    it = _ABOUT.get(action.partition("_")[0], "a referral")
    told = _DONE.get(action, _own_name(action)).format(it=it, referrals="referrals", rows="rows")
    return first_capital(told)


def _own_name(action: str) -> str:
    return action.replace("_", " ")


def _who(entry: Entry, names: Names) -> str:
    match entry.actor_kind:
        case ActorKind.OPERATOR:
            return "The operator"
        case ActorKind.PARTICIPANT:
            return f"Person {names.references.get(entry.actor_id or '', entry.actor_id)}"
        case _:
            return names.accounts.get(entry.actor_id or "", "Somebody without an account")


def _it(entry: Entry, names: Names) -> str:
    thing = _THINGS.get(entry.subject_kind, entry.subject_kind)
    match entry.subject_kind:
        case "lead" | "referral":
            return f"{thing} {names.references.get(entry.subject_id, entry.subject_id)}"
        case "recruiter":
            return f"{thing} of {names.accounts.get(entry.subject_id, 'nobody known')}"
        case "trail":
            return thing
        case _:
            return f"{thing} {entry.subject_id}"


def _reference(entry: Entry, names: Names) -> str | None:
    about = entry.subject_id if entry.subject_kind in _PEOPLE else entry.actor_id
    return names.references.get(about or "")


def _counts(details: Mapping[str, Any]) -> dict[str, str]:
    return {key: _counted(key, len(value) if isinstance(value, list) else value) for key, value in details.items()}


def _counted(thing: str, count: object) -> str:
    return f"{count:,} {thing.removesuffix('s') if count == 1 else thing}" if isinstance(count, int) else str(count)


def _more(key: str, value: object) -> str:
    """Return another detail of an event: short values as they are, for ids their number."""
    name = _own_name(key)
    match value:
        case None | {} | []:
            return ""
        case bool():
            return name if value else f"not {name}"
        case list() if all(isinstance(one, str) and uuid_in(one) is None for one in value):
            return f"{name}: {', '.join(map(_plain, value))}"
        case list():
            return _counted(name, len(value))
        case _ if isinstance(value, str) and uuid_in(value):
            return ""
        case _:
            return f"{name}: {_shortened(_plain(str(value)))}"


def _plain(text: str) -> str:
    """Return a name of ours, such as that of a state, as words; any other text as it is."""
    return _own_name(text) if _NAME.fullmatch(text) else text


def _shortened(text: str) -> str:
    """Return a text short enough for a line; of a digest the beginning is enough."""
    return shortened(text, _LONGEST if " " in text else _LONGEST_WORD)
