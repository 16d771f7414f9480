"""The page of the audit trail: who did what, newest first, and the head of the hash chain."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from http import HTTPStatus

from flask import render_template, request
from flask.typing import ResponseReturnValue

from prescreen.storage import Session
from prescreen.storage.audit import hash_chain, trail_queries
from prescreen.storage.audit.events import Action
from prescreen.storage.audit.trail_queries import Entry, Person, Wanted
from prescreen.web.accounts.staff_pages import allowed, pages
from prescreen.web.audit.trail_wording import Line, Names, label, line
from prescreen.web.base.request_context import catalog, resources
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.audit.hash_chain import Flaw

AT_ONCE = 100
_OPERATOR = "operator"
_FILTERS = ("who", "action", "day", "about")
_FLAWS: Mapping[str, str] = {
    Flaw.CHANGED: "an event was changed",
    Flaw.DELETED: "an event was deleted",
    Flaw.INSERTED: "an event was slipped in among older ones",
    Flaw.LINK_MISSING: "a link of the chain is gone",
    Flaw.CUT: "the end was cut off",
    Flaw.ANOTHER: "the head that was kept outside is not one of this chain",
}


@dataclass(frozen=True, slots=True)
class Check:
    """The last verification of the chain, and its fault in words, empty for none."""

    at: datetime
    found: str


@pages.get("/trail")
@allowed(Permission.READ_AUDIT_TRAIL, menu="Trail")
def show_trail() -> ResponseReturnValue:
    """Show the recorded events in words: only ids and references, never answers or typed text."""
    errors: dict[str, str] = {}
    with resources().database.reading() as session:
        accounts = trail_queries.accounts(session)
        wanted = _wanted(session, accounts, errors)
        found = [] if errors else trail_queries.entries(session, wanted, request.args.get("before", type=int), AT_ONCE)
        names = Names(accounts, trail_queries.references(session, _ids(found)))
        end, checked = hash_chain.head(session), trail_queries.last(session, Action.TRAIL_CHECKED)
    page = render_template(
        "audit/trail.html",
        lines=[_here(line(one, names)) for one in found],
        accounts=accounts,
        actions=[(one.value, label(one)) for one in Action],
        asked=request.args,
        filters={name: asked for name in _FILTERS if (asked := request.args.get(name))},
        older=found[-1].sequence if len(found) == AT_ONCE else None,
        end=end,
        sealed_at=_local(end.sealed_at) if end.sealed_at else None,
        checked=_check(checked) if checked else None,
        errors=errors,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _wanted(session: Session, accounts: Mapping[str, str], errors: dict[str, str]) -> Wanted:
    who, action = request.args.get("who", ""), request.args.get("action", "")
    if who and who != _OPERATOR and who not in accounts:
        errors["who"] = "Choose an account from the list."
    if action and action not in tuple(Action):
        errors["action"] = "Choose an action from the list."
    since = _start_of_day(errors)
    return Wanted(
        actor_id=who if who in accounts else None,
        by_operator=who == _OPERATOR,
        action=action or None,
        since=since,
        until=since + timedelta(days=1) if since else None,
        about=_about(session, errors),
    )


def _start_of_day(errors: dict[str, str]) -> datetime | None:
    typed = request.args.get("day", "").strip()
    if not typed:
        return None
    try:
        return datetime.combine(date.fromisoformat(typed), time(), catalog().service.timezone)
    except ValueError:
        errors["day"] = "Type a day such as 2026-11-23."
        return None


def _about(session: Session, errors: dict[str, str]) -> Person | None:
    typed = request.args.get("about", "").strip()
    if not typed:
        return None
    found = trail_queries.person(session, typed)
    if found is None:
        errors["about"] = "Nobody has this reference. It looks like LP-7K3F-2M and stands on the person's page."
    return found


def _check(event: Entry) -> Check:
    flaw = event.details.get("flaw")
    return Check(_local(event.at), _FLAWS.get(flaw, str(flaw)) if flaw else "")


def _ids(found: list[Entry]) -> set[str]:
    return {one for entry in found for one in (entry.subject_id, entry.actor_id) if one}


def _here(told: Line) -> Line:
    return replace(told, at=_local(told.at))


def _local(at: datetime) -> datetime:
    return at.astimezone(catalog().service.timezone)
