"""The form for an export: what it offers somebody, and what was posted as an export that is wanted."""

from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from prescreen.export.columns import COLUMNS, HEADER, IDENTITY, Column, Group, chosen
from prescreen.export.formats import KINDS
from prescreen.storage.referrals.referrals import State
from prescreen.web.accounts.staff_wording import STATES
from prescreen.workflow.accounts.permissions import Permission, may
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.export.export_runs import LONGEST_REASON, SHORTEST_REASON
from prescreen.workflow.export.referral_rows import RIGHTS, Format, Wanted

_ALWAYS = ("referral_id",)
_FOR_WHAT = {
    Format.CSV: "for spreadsheets and statistics programs",
    Format.XLSX: "for Excel: dates and numbers as such, columns explained on a second sheet",
    Format.NDJSON: "for programs: one JSON object a line",
    Format.REDCAP: "a ZIP with data dictionary and data to import",
}


@dataclass(frozen=True, slots=True)
class ExportForm:
    """The form as it is shown. `wanted` is None until it was posted without a fault."""

    trials: tuple[str, ...]
    formats: tuple[Format, ...]
    may_identify: bool
    trial: str = ""
    format: str = Format.CSV
    with_identity: bool = False
    columns: tuple[str, ...] = HEADER
    states: frozenset[State] = frozenset()
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    wanted: Wanted | None = None

    @property
    def kinds(self) -> list[tuple[str, str, str]]:
        """The formats to choose from: value, name, what it is for."""
        return [(one.value, KINDS[one].words, _FOR_WHAT[one]) for one in self.formats]

    @property
    def groups(self) -> list[tuple[str, list[Column]]]:
        """The columns to tick, by what they are about; those that say who somebody is have a box of their own."""
        shown = [group for group in Group if group is not Group.PERSON]
        return [
            (group.value, [one for one in COLUMNS if one.group is group and one.name not in _ALWAYS]) for group in shown
        ]

    @property
    def has_every_column(self) -> bool:
        """Whether no column is left out but those that say who somebody is."""
        return set(self.columns) | set(IDENTITY) == set(HEADER)

    @property
    def all_states(self) -> list[tuple[str, str]]:
        """The states to choose from: value and words."""
        return [(state.value, words) for state, words in STATES.items()]


def empty_form(account: Account, trial: str | None) -> ExportForm:
    """Return the form as it stands before anybody filled it in."""
    formats = tuple(one for one in Format if may(account, RIGHTS[one]))
    known = trial if trial in account.trial_ids else None
    return ExportForm(
        trials=account.trial_ids,
        formats=formats,
        may_identify=may(account, Permission.EXPORT_IDENTITY),
        trial=known or next(iter(account.trial_ids), ""),
        format=next(iter(formats), ""),
    )


def read_form(account: Account, posted: MultiDict[str, str]) -> ExportForm:
    """Return the form as it was posted, with what is wrong or what is wanted."""
    with_identity = posted.get("identity") == "yes"
    ticked = [*posted.getlist("column"), *(IDENTITY if with_identity else ())]
    read = ExportForm(
        trials=account.trial_ids,
        formats=tuple(one for one in Format if may(account, RIGHTS[one])),
        may_identify=may(account, Permission.EXPORT_IDENTITY),
        trial=posted.get("trial", ""),
        format=posted.get("format", ""),
        with_identity=with_identity,
        columns=chosen(ticked, with_identity=with_identity),
        states=frozenset(state for state in State if state.value in posted.getlist("state")),
        reason=posted.get("reason", "").strip(),
    )
    return _judged(read)


def _judged(read: ExportForm) -> ExportForm:
    errors = _errors(read)
    if errors:
        return replace(read, errors=errors)
    wanted = Wanted(read.trial, Format(read.format), read.columns, read.with_identity, read.reason, states=read.states)
    return replace(read, wanted=wanted)


def _errors(read: ExportForm) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not read.trial:
        errors["trial"] = "Choose a trial."
    if read.format not in tuple(Format):
        errors["format"] = "Choose a format."
    if fault := reason_fault(read.reason):
        errors["reason"] = fault
    return errors


def reason_fault(reason: str) -> str | None:
    """Return what is wrong with a reason for an export; None where it will do."""
    if len(reason) < SHORTEST_REASON:
        return f"Say what the export is for, in {SHORTEST_REASON} characters or more."
    if len(reason) > LONGEST_REASON:
        return f"Say it in at most {LONGEST_REASON} characters; these are {len(reason)}."
    return None
