"""The form for an export: what it offers an account, and the export that was requested."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from werkzeug.datastructures import MultiDict

from prescreen.export.columns.column import Column, Group
from prescreen.export.columns.table import COLUMNS, HEADER, IDENTITY, chosen
from prescreen.export.formats import KINDS
from prescreen.storage.referrals.referrals import State
from prescreen.web.accounts.staff_wording import STATES
from prescreen.web.base.form_fields import Choice, Choices, Line, Lines, Listed, Tick
from prescreen.web.base.forms import Form, read_valid
from prescreen.workflow.accounts.permissions import Permission, may
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.export.export_runs import LONGEST_REASON, SHORTEST_REASON
from prescreen.workflow.export.referral_rows import RIGHTS, Format, Wanted

_ALWAYS = ("referral_id",)
_FOR_WHAT = {
    Format.CSV: "for programs: UTF-8, split at commas",
    Format.CSV_EXCEL: "the same, so marked that a double click shows accents",
    Format.XLSX: "for Excel: dates and numbers as such, columns explained on a second sheet",
    Format.NDJSON: "for programs: one JSON object a line",
    Format.REDCAP: "a ZIP with data dictionary and data to import",
}


class ExportFields(Form):
    """The posted fields of the form."""

    trial: Annotated[str, Line("Choose a trial.", longest=None)]
    format: Annotated[Format | None, Choice(Format, "Choose a format.")]
    identity: Annotated[bool, Tick()]
    column: Annotated[tuple[str, ...], Listed()]
    state: Annotated[frozenset[State], Choices(State)]
    reason: Annotated[
        str,
        Lines(
            f"Say what the export is for, in {SHORTEST_REASON} characters or more.",
            shortest=SHORTEST_REASON,
            longest=LONGEST_REASON,
            too_long="Say it in at most %(most)s characters; these are %(has)s.",
        ),
    ]


@dataclass(frozen=True, slots=True)
class ExportForm:
    """The form as it is shown. `wanted` is None unless it was posted without a fault."""

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
        """Return the formats to choose from: value, name, purpose."""
        return [(one.value, KINDS[one].words, _FOR_WHAT[one]) for one in self.formats]

    @property
    def groups(self) -> list[tuple[str, list[Column]]]:
        """Return the columns to tick, by group; those that identify the person have a checkbox of their own."""
        shown = [group for group in Group if group is not Group.PERSON]
        return [
            (group.value, [one for one in COLUMNS if one.group is group and one.name not in _ALWAYS]) for group in shown
        ]

    @property
    def has_every_column(self) -> bool:
        """Whether all columns are chosen, apart from those that identify the person."""
        return set(self.columns) | set(IDENTITY) == set(HEADER)

    @property
    def all_states(self) -> list[tuple[str, str]]:
        """Return the states to choose from: value and words."""
        return [(state.value, words) for state, words in STATES.items()]


def empty_form(account: Account, trial: str = "") -> ExportForm:
    """Return the empty form; the given trial is chosen, if it is one of the account's."""
    formats = tuple(one for one in Format if may(account, RIGHTS[one]))
    return ExportForm(
        trials=account.trial_ids,
        formats=formats,
        may_identify=may(account, Permission.EXPORT_IDENTITY),
        trial=trial if trial in account.trial_ids else next(iter(account.trial_ids), ""),
        format=next(iter(formats), ""),
    )


def read_form(account: Account, posted: MultiDict[str, str]) -> ExportForm:
    """Return the form as it was posted, with its faults or the requested export."""
    form, errors = read_valid(ExportFields, posted)
    columns = chosen([*form.column, *(IDENTITY if form.identity else ())], with_identity=form.identity)
    wanted = None
    if form.format and not errors:
        wanted = Wanted(form.trial, form.format, columns, form.identity, form.reason, states=form.state)
    return replace(
        empty_form(account),
        trial=form.trial,
        format=form.format or "",
        with_identity=form.identity,
        columns=columns,
        states=form.state,
        reason=posted.get("reason", ""),
        errors=errors,
        wanted=wanted,
    )
