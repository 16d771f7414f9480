"""Saving and removing a recruiter's own views of the work list."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.form_fields import Line, Raw
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.web.worklist.filters import read_asked
from prescreen.web.worklist.worklist_page import list_address, list_page
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.worklist import saved_views
from prescreen.workflow.worklist.saved_views import LONGEST_NAME, MOST_VIEWS

_FULL = f"You have {MOST_VIEWS} views of your own. Remove one first: open it, then “Remove this view”."


class SaveViewForm(Form):
    """The name of a view, and the filters of the list on which it was typed, as in its address."""

    view_name: Annotated[str, Line("Type a name for this view, such as “Columbus, may fit”.", longest=LONGEST_NAME)]
    query: Annotated[str, Raw()]


@pages.post("/views")
@allowed(Permission.LIST_REFERRALS)
def save_view() -> ResponseReturnValue:
    """Keep the filters of the list under a name, then show it."""
    form, errors = read_valid(SaveViewForm, request.form)
    typed: MultiDict[str, str] = MultiDict(parse_qsl(form.query))
    # What can be read of them, as the list shows it.
    kept = read_asked(typed, this_recruiter(), catalog(), now(), 0)
    if not errors and not _save(form.view_name, kept.query):
        errors = {"view_name": _FULL}
    return list_page(typed, errors) if errors else redirect(list_address(kept.parameters), HTTPStatus.SEE_OTHER)


def _save(name: str, query: str) -> bool:
    with resources().database.writing() as session:
        return saved_views.save_view(session, this_recruiter(), name, query, now())


@pages.post("/views/<uuid:view_id>/remove")
@allowed(Permission.LIST_REFERRALS)
def remove_view(view_id: UUID) -> ResponseReturnValue:
    """Remove one of the recruiter's own views, then show the list that opens."""
    with resources().database.writing() as session:
        saved_views.remove_view(session, this_recruiter(), view_id)
    return redirect(list_address({}), HTTPStatus.SEE_OTHER)
