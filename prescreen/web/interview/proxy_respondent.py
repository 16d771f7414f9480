"""Answering for another person: the wording of questions, and who may then send the details."""

from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from prescreen.catalog.criteria.catalog import Condition
from prescreen.storage.participants.consents import ConsentGiven, GivenBy
from prescreen.web.base.form_fields import Choice, Listed, Raw
from prescreen.web.base.forms import Form, posted, posted_or_400, read_valid
from prescreen.web.base.request_context import address_of, condition_or_404
from prescreen.web.interview.answer_cookie import Visit, read_visit, write_visit
from prescreen.web.interview.focus import in_address
from prescreen.web.interview.usage_events import with_source
from prescreen.workflow.participants.submission import Submission

pages = Blueprint("caregiving", __name__)


class Sender(StrEnum):
    """Who fills in the contact details after another person gave the answers."""

    PERSON = "person"
    GUARDIAN = "guardian"
    NEITHER = "neither"


_SENDERS = (
    (
        Sender.PERSON,
        lazy_gettext("I am the person the answers are about"),
        lazy_gettext("The person is here and agrees: they fill in this part."),
    ),
    (
        Sender.GUARDIAN,
        lazy_gettext("I am their legal guardian or hold a power of attorney for health matters"),
        lazy_gettext("They are 18 or older and cannot decide about this alone."),
    ),
    (Sender.NEITHER, lazy_gettext("Neither"), ""),
)
_GIVEN_BY = {Sender.PERSON: GivenBy.ASSISTED, Sender.GUARDIAN: GivenBy.GUARDIAN}


class AnsweringForm(Form):
    """For whom the answers are given, and from which question or page that is chosen."""

    who: Annotated[bool | None, Choice({"another": True})]
    question: Annotated[str, Raw()]
    page: Annotated[str, Raw()]


class SenderForm(Form):
    """Who fills in the contact details."""

    sender: Annotated[Sender | None, Choice(Sender, lazy_gettext("Choose who fills in the next part."))]


class ChosenForm(Form):
    """The trials that a visitor chose: links and forms carry them along to the contact form."""

    trial: Annotated[tuple[str, ...], Listed()]


_PAGES_TO_RETURN_TO = frozenset({"screener.review", "screener.show_results", "screener.wishes"})


@pages.post("/<slug>/answering-for")
def choose(slug: str) -> ResponseReturnValue:
    """Word the questions for a proxy or for the person; the answers stay."""
    condition_or_404(slug)
    form = posted_or_400(AnsweringForm)
    changed = replace(with_source(read_visit(slug)), for_another=form.who is True, sender=None)
    response = make_response(redirect(_where_they_were(slug, changed, form), HTTPStatus.SEE_OTHER))
    write_visit(response, slug, changed)
    return response


def _where_they_were(slug: str, visit: Visit, form: AnsweringForm) -> str:
    if form.question in visit.bank:
        values: dict[str, Any] = {"question_id": form.question, **in_address(condition_or_404(slug))}
        return url_for("screener.question", slug=slug, **values)
    if form.page in _PAGES_TO_RETURN_TO:
        return url_for(form.page, slug=slug)
    return url_for("content.condition", slug=slug, _anchor="screener")


@pages.get("/<slug>/sender")
def ask_sender(slug: str) -> ResponseReturnValue:
    """Ask who fills in the contact details."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    if not visit.for_another:
        return redirect(_form_address(slug))
    return _sender_page(condition, visit, {})


@pages.post("/<slug>/sender")
def choose_sender(slug: str) -> ResponseReturnValue:
    """Store in the cookie who fills in the contact details; go on to the form, or to why that is not possible."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    form, errors = posted(SenderForm)
    if form is None:
        return _sender_page(condition, visit, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    response = make_response(redirect(_form_address(slug), HTTPStatus.SEE_OTHER))
    if visit.for_another:
        write_visit(response, slug, replace(visit, sender=form.sender))
    return response


def _form_address(slug: str) -> str:
    """Return the address of the contact form with the trials that this request names."""
    return url_for("interest.form", slug=slug, trial=_trials_named())


def _trials_named() -> list[str]:
    return list(read_valid(ChosenForm, request.values)[0].trial)


def _sender_page(condition: Condition, visit: Visit, errors: dict[str, str]) -> str:
    return render_template(
        "interview/sender.html",
        condition=condition,
        senders=_SENDERS,
        chosen=visit.sender,
        trials=_trials_named(),
        errors=errors,
    )


def sender_missing(condition: Condition, visit: Visit) -> ResponseReturnValue | None:
    """Return the page that replaces the form until a permitted sender is chosen; None where one is."""
    if not visit.for_another or visit.sender in (Sender.PERSON, Sender.GUARDIAN):
        return None
    if visit.sender == Sender.NEITHER:
        address = address_of("content.condition", slug=condition.slug)
        return make_response(
            render_template("interview/only_they.html", condition=condition, address=address, trials=_trials_named())
        )
    return make_response(_sender_page(condition, visit, {}))


def sender_changed(visit: Visit) -> str | None:
    """Give, in a sentence, that the form was opened for another sender than is chosen now; None where it was not."""
    if read_valid(SenderForm, request.form)[0].sender == visit.sender:
        return None
    return _("Who fills this in has changed since you opened this page. Please read it again before you send.")


def as_sent_by(visit: Visit, submission: Submission) -> Submission:
    """Return a submission whose consents say who gave them; the declaration is part of the wording agreed to."""
    if not visit.for_another or visit.sender is None:
        return submission
    sender = Sender(visit.sender)
    declared = next(str(label) for one, label, _hint in _SENDERS if one is sender)
    consents = (_declared(one, _GIVEN_BY[sender], declared) for one in submission.consents)
    return replace(submission, consents=tuple(consents))


def _declared(consent: ConsentGiven, given_by: GivenBy, declared: str) -> ConsentGiven:
    return replace(consent, given_by=given_by, wording=f"{declared}.\n\n{consent.wording}")
