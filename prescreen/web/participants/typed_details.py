"""What was typed into the contact form and could not be sent: shown again, and kept in the browser until it can be.

The server stores nothing before consent, so it is kept as the answers are: sealed, in a cookie, for two hours.
"""

from http import HTTPStatus

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.catalog.criteria.catalog import Condition
from prescreen.storage.participants.purposes import CHANNELS, PURPOSES
from prescreen.web.base.form_fields import Grouped
from prescreen.web.interview.answer_cookie import TYPED, Visit, typed_path
from prescreen.web.participants.contact_form import InterestForm, TrialsForm, contact_languages, contact_times
from prescreen.web.participants.submission import consent_shown
from prescreen.web.sealed_cookies import sealed, set_sealed, unsealed

_MOST_BYTES = 3000
"""Less than a browser keeps in a cookie; only a text that no field takes is longer."""
_CONSENTS = frozenset(purpose.value for purpose in PURPOSES if purpose not in CHANNELS)
_WAYS = "by-"


def not_sent(condition: Condition, visit: Visit, first: str, wording: str) -> ResponseReturnValue:
    """Return the page which says that nothing was sent, with what was typed and the address of what comes first.

    `wording` is the fingerprint of the consent wording that the form showed.
    """
    typed = _of_form(request.form)
    data = {"typed": list(typed.items(multi=True)), "consent": wording}
    is_kept = len(sealed(data, _purpose(condition.slug))) <= _MOST_BYTES
    page = render_template(
        "participants/not_sent.html",
        condition=condition,
        gone=not visit.answers,
        first=first,
        typed=typed,
        kept=is_kept,
        times=contact_times(),
        languages=contact_languages(),
    )
    response = make_response(page, HTTPStatus.GONE if not visit.answers else HTTPStatus.CONFLICT)
    if is_kept:
        set_sealed(response, TYPED, data, _purpose(condition.slug), path=typed_path(condition.slug))
    return response


def typed_before(slug: str) -> MultiDict[str, str]:
    """Return what was typed in this browser and not sent; empty where there is nothing.

    The boxes of consent are left out where their wording is another by now.
    """
    data = unsealed(request.cookies.get(TYPED, ""), _purpose(slug))
    if data is None:
        return MultiDict()
    typed = MultiDict([(str(name), str(value)) for name, value in data.get("typed", [])])
    same = data.get("consent") == consent_shown()
    return typed if same else MultiDict([one for one in typed.items(multi=True) if not _is_consent(one[0])])


def _of_form(posted: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the fields that a person fills in, without the hidden ones."""
    fields = {**InterestForm.fields, **TrialsForm.fields}
    prefixes = tuple(field.prefix for field in fields.values() if isinstance(field, Grouped))
    names = {name for name, field in fields.items() if not isinstance(field, Grouped)}
    return MultiDict([one for one in posted.items(multi=True) if one[0] in names or one[0].startswith(prefixes)])


def _is_consent(name: str) -> bool:
    return name in _CONSENTS or name.startswith(_WAYS)


def _purpose(slug: str) -> str:
    return f"typed {slug}"
