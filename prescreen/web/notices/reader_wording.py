"""Who sees what of a person, in the words of the privacy notice: derived from the access policy and the exports."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from prescreen.export.columns.column import Group
from prescreen.storage.accounts.recruiters import Role
from prescreen.workflow.accounts.permissions import Permission, may_ever

READERS: Mapping[Role, LazyString] = {
    Role.RECRUITER: lazy_gettext("The team of a trial, at its own sites"),
    Role.ANALYST: lazy_gettext("People who count how a trial goes"),
    Role.AUTHOR: lazy_gettext("People who write the rules of the trials"),
    Role.ADMINISTRATOR: lazy_gettext("People who run this service"),
}
"""Who has an account, by role."""

_LISTS = lazy_gettext("lists of answers without names")
_SEEN: Mapping[Permission, LazyString | None] = {
    Permission.SEE_IDENTITY: lazy_gettext("your name and contact details"),
    Permission.LIST_REFERRALS: lazy_gettext("your answers and what they mean"),
    Permission.WORK_REFERRALS: lazy_gettext("notes on calls"),
    Permission.EXPORT_CSV: _LISTS,
    Permission.EXPORT_XLSX: _LISTS,
    Permission.EXPORT_NDJSON: _LISTS,
    Permission.EXPORT_REDCAP: _LISTS,
    Permission.EXPORT_IDENTITY: lazy_gettext("lists with names, if they were given that right"),
    Permission.SEE_NUMBERS: lazy_gettext("counts that show no one"),
    Permission.READ_CRITERIA_NOTES: lazy_gettext("notes about lines that seem wrong"),
    Permission.READ_AUDIT_TRAIL: lazy_gettext("the record of who did what"),
    Permission.ENTER_LEADS: None,
    Permission.OWN_ACCOUNT: None,
    Permission.MANAGE_ACCOUNTS: None,
}
"""What a permission shows of people; None for one that shows nothing more."""

IN_LISTS: Mapping[Group, LazyString] = {
    Group.REFERRAL: lazy_gettext("your reference, the trial and the site"),
    Group.PERSON: lazy_gettext("who you are, in a list with names"),
    Group.CONSENT: lazy_gettext("your language and what you agreed to"),
    Group.JUDGED: lazy_gettext("your answers and what they mean"),
    Group.TEAM: lazy_gettext("what the team did"),
}
"""What a list that is taken out can hold, by the groups of its columns."""


def seen_by(role: Role) -> tuple[str, ...]:
    """Return what a role can see of people, each once."""
    words = (told for permission, told in _SEEN.items() if told is not None and may_ever(role, permission))
    return tuple(dict.fromkeys(map(str, words)))
