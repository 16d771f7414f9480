"""The page of the audit trail: who did what, newest first, and the head of the hash chain."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated

from flask import render_template, request
from flask.typing import ResponseReturnValue

from prescreen.storage import Session
from prescreen.storage.audit import hash_chain, trail_queries
from prescreen.storage.audit.events import Action
from prescreen.storage.audit.trail_queries import Entry, Person, Wanted
from prescreen.web.accounts.staff_pages import allowed, pages
from prescreen.web.audit.trail_wording import Line, Names, label, line
from prescreen.web.base import form_fields
from prescreen.web.base.form_fields import Choice, Day, Raw, Whole
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.request_context import catalog, local, resources
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.audit.hash_chain import Flaw

AT_ONCE = 100
_OPERATOR = "operator"
_FLAWS: Mapping[str, str] = {
    Flaw.CHANGED: "an event was changed",
    Flaw.DELETED: "an event was deleted",
    Flaw.INSERTED: "an event was slipped in among older ones",
    Flaw.LINK_MISSING: "a link of the chain is gone",
    Flaw.CUT: "the end was cut off",
    Flaw.ANOTHER: "the head that was kept outside is not one of this chain",
}


class TrailForm(Form):
    """Which part of the trail to show; all of it may be left out."""

    who: Annotated[str, Raw()]
    action: Annotated[Action | None, Choice(Action, wrong="Choose an action from the list.")]
    day: Annotated[date | None, Day(wrong="Type a day such as 2026-11-23.")]
    about: Annotated[str, form_fields.Line(longest=None)]
    before: Annotated[int | None, Whole()]


@dataclass(frozen=True, slots=True)
class Check:
    """The last verification of the chain, and its fault in words, empty for none."""

    at: datetime
    found: str


@pages.get("/trail")
@allowed(Permission.READ_AUDIT_TRAIL, menu="Trail")
def show_trail() -> ResponseReturnValue:
    """Show what was recorded, in words; only ids and references, never what anybody answered or typed."""
    form, errors = read_valid(TrailForm, request.args)
    with resources().database.reading() as session:
        accounts = trail_queries.accounts(session)
        wanted = _wanted(session, form, accounts, errors)
        found = [] if errors else trail_queries.entries(session, wanted, form.before, AT_ONCE)
        names = Names(accounts, trail_queries.references(session, _ids(found)))
        end, checked = hash_chain.head(session), trail_queries.last(session, Action.TRAIL_CHECKED)
    page = render_template(
        "audit/trail.html",
        lines=[_here(line(one, names)) for one in found],
        accounts=accounts,
        actions=[(one.value, label(one)) for one in Action],
        asked=request.args,
        filters={
            name: one for name, one in request.args.items() if one and name in TrailForm.fields and name != "before"
        },
        older=found[-1].sequence if len(found) == AT_ONCE else None,
        end=end,
        sealed_at=local(end.sealed_at) if end.sealed_at else None,
        checked=_check(checked) if checked else None,
        errors=errors,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _wanted(session: Session, form: TrailForm, accounts: Mapping[str, str], errors: dict[str, str]) -> Wanted:
    if form.who and form.who != _OPERATOR and form.who not in accounts:
        errors["who"] = "Choose an account from the list."
    since = datetime.combine(form.day, time(), catalog().service.timezone) if form.day else None
    return Wanted(
        actor_id=form.who if form.who in accounts else None,
        by_operator=form.who == _OPERATOR,
        action=form.action.value if form.action else None,
        since=since,
        until=since + timedelta(days=1) if since else None,
        about=_about(session, form.about, errors),
    )


def _about(session: Session, reference: str, errors: dict[str, str]) -> Person | None:
    if not reference:
        return None
    found = trail_queries.person(session, reference)
    if found is None:
        errors["about"] = "Nobody has this reference. It looks like LP-7K3F-2M and stands on the person's page."
    return found


def _check(event: Entry) -> Check:
    flaw = event.details.get("flaw")
    return Check(local(event.at), _FLAWS.get(flaw, str(flaw)) if flaw else "")


def _ids(found: list[Entry]) -> set[str]:
    return {one for entry in found for one in (entry.subject_id, entry.actor_id) if one}


def _here(told: Line) -> Line:
    return replace(told, at=local(told.at))
