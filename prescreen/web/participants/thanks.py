"""The thanks for what was sent, and the browser in which the form was shown.

Only there does the same form, sent again, lead to the private link again.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from babel.lists import format_list
from flask import Blueprint, Response, after_this_request, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.catalog import Condition
from prescreen.web.base.cookies import read_cookie
from prescreen.web.base.formatting import day
from prescreen.web.base.language import language
from prescreen.web.base.request_context import address_of, condition_or_404, local, now, resources
from prescreen.web.base.security import is_signed, signed
from prescreen.web.interview.answer_cookie import FORM, THANKS, forget_everything, read_visit
from prescreen.web.interview.question_page import facts_of
from prescreen.web.participants.data_subject_rights import LINK_DAYS, is_mailed, title_of
from prescreen.web.participants.submission import answers_shown
from prescreen.web.sealed_cookies import set_sealed, unsealed
from prescreen.workflow.participants.data_subject_rights import HeldData
from prescreen.workflow.participants.participant_letters import fresh_token

pages = Blueprint("thanks", __name__)
BROWSER = "browser"
"""The name of the hidden field by which a browser knows its form again."""


def thank(condition: Condition, held: HeldData | None, *, to_sender: bool) -> ResponseReturnValue:
    """Redirect to the thank-you page, with the person's link in a cookie; show another page if the lead was deleted.

    Only the browser that sent the form gets the link; another one learns that the form was sent.
    """
    if held is None:
        gone = make_response(render_template("participants/deleted.html"), HTTPStatus.GONE)
        forget_everything(gone)
        return gone
    if not to_sender:
        return make_response(
            render_template("participants/sent_already.html", condition=condition), HTTPStatus.CONFLICT
        )
    response = make_response(redirect(url_for("thanks.show", slug=condition.slug), HTTPStatus.SEE_OTHER))
    set_sealed(response, THANKS, _thanks_for(held), f"thanks {condition.slug}", path=f"/{condition.slug}")
    return response


def _thanks_for(held: HeldData) -> dict[str, Any]:
    return {
        "reference": held.reference,
        "token": fresh_token(resources().keys, held, now()),
        "chosen": [(title_of(one.trial_id), one.site_name) for one in held.referrals],
        "mailed": is_mailed(held),
        "sent": local(held.created_at).date().isoformat(),
        "due": [local(one.due_at).date().isoformat() if one.due_at else None for one in held.referrals],
    }


@pages.get("/<slug>/thanks")
def show(slug: str) -> ResponseReturnValue:
    """Show what was stored and what happens next, with the person's link."""
    condition = condition_or_404(slug)
    data = unsealed(read_cookie(THANKS), f"thanks {slug}")
    if data is None:
        return render_template("participants/thanks_gone.html", condition=condition), HTTPStatus.GONE
    # One that was sealed by earlier code, within two hours, names no days.
    sent, due = data.pop("sent", None), data.pop("due", [])
    return render_template(
        "participants/thanks.html",
        condition=condition,
        days=LINK_DAYS,
        link=address_of("my_data.open_link", token=data["token"]),
        sent=day(date.fromisoformat(sent)) if sent else None,
        replies=_replies([site for _title, site in data["chosen"]], due),
        **data,
    )


def _replies(sites: Sequence[str], due: Iterable[str | None]) -> list[tuple[str | None, str]]:
    """Return the days by which sites promised to answer, soonest first, with these sites; last those without one."""
    by_day: dict[str | None, dict[str, None]] = {}
    for site, on in zip(sites, due, strict=False):
        by_day.setdefault(on, {})[site] = None
    soonest_first = sorted(by_day, key=lambda on: (on is None, on or ""))
    return [
        (day(date.fromisoformat(on)) if on else None, format_list(list(by_day[on]), locale=language()))
        for on in soonest_first
    ]


def browser_stamp(slug: str, submission_id: str) -> str:
    """Return the hidden field by which this browser knows its form again, and keep the browser's name in a cookie."""
    name = _name_here(slug) or secrets.token_urlsafe(16)

    @after_this_request
    def keep(response: Response) -> Response:
        set_sealed(response, FORM, {"name": name}, _purpose(slug), path=f"/{slug}")
        return response

    return signed(resources().keys.flask, BROWSER, name, submission_id)


def is_shown_here(slug: str, submission_id: str) -> bool:
    """Return whether the posted form was shown in this browser within two hours.

    A form that was shown by earlier code has no stamp; it is known by the answers that it was based on.
    """
    if BROWSER not in request.form:
        return request.form.get("answers") == answers_shown(facts_of(read_visit(slug)))
    name = _name_here(slug)
    return name is not None and is_signed(request.form[BROWSER], resources().keys, BROWSER, name, submission_id)


def _name_here(slug: str) -> str | None:
    data = unsealed(read_cookie(FORM), _purpose(slug))
    return data["name"] if data else None


def _purpose(slug: str) -> str:
    return f"form {slug}"
