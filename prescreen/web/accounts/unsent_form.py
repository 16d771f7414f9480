"""What a member of a team typed into a form whose session has ended: shown again to be copied, and stored nowhere."""

from http import HTTPStatus

from flask import render_template, request
from flask.typing import ResponseReturnValue

from prescreen.eligibility.criteria.text import one_line
from prescreen.web.base.forms import FORM_TOKEN
from prescreen.web.base.request_context import catalog
from prescreen.workflow.accounts.permissions import Permission

SHOWN_AGAIN = frozenset({Permission.WORK_REFERRALS, Permission.ENTER_LEADS})
"""The permissions of the pages on which people type for long; none of them asks for a password."""

# Set by our own pages, so that they mean nothing to a reader.
_SET_BY_PAGES = frozenset(
    {FORM_TOKEN, "signature", "submission", "shown", "consent", "call", "version", "state", "was", "assignee", "change"}
)
_QUESTION, _ANSWER = "q-", "-answer"


def unsent(permission: Permission | None, status: HTTPStatus) -> ResponseReturnValue | None:
    """Return the page that says nothing was stored, with what was typed; None where nothing was, or it is not shown."""
    typed = _typed() if request.method == "POST" and permission in SHOWN_AGAIN else []
    return (render_template("accounts/unsent.html", typed=typed), status) if typed else None


def _typed() -> list[tuple[str, str]]:
    """Return the fields that were filled in, with the words for them."""
    filled = [(name, [one for one in values if one.strip()]) for name, values in request.form.lists()]
    return [(_words(name), "\n".join(values)) for name, values in filled if values and name not in _SET_BY_PAGES]


def _words(name: str) -> str:
    """Return the question of a field that answers one, else the name of the field."""
    question_id = name.removeprefix(_QUESTION).removesuffix(_ANSWER)
    if name.startswith(_QUESTION) and question_id in catalog().bank:
        return str(catalog().bank[question_id].ask)
    return one_line(name.replace("_", " ").replace("-", " ").capitalize())
