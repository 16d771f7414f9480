"""What was typed into the contact form and could not be sent: shown again, and kept in the browser until it can be.

The server stores nothing before consent, so it is kept as the answers are: sealed, in a cookie, for two hours.
"""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.catalog.criteria.catalog import Condition
from prescreen.storage.participants.purposes import CHANNELS, PURPOSES
from prescreen.web.base.cookies import read_cookie
from prescreen.web.base.form_fields import Grouped
from prescreen.web.base.forms import read_valid
from prescreen.web.interview.answer_cookie import TYPED, Visit, typed_path
from prescreen.web.participants.contact_form import InterestForm, TrialsForm, contact_languages, contact_times
from prescreen.web.participants.submission import consent_shown, is_consent_shown
from prescreen.web.sealed_cookies import sealed, set_sealed, unsealed

_MOST_BYTES = 3000
"""Less than a browser keeps in a cookie; only a text that no field takes is longer."""
_CONSENTS = frozenset(purpose.value for purpose in PURPOSES if purpose not in CHANNELS)
_WAYS = "by-"


def not_sent(condition: Condition, visit: Visit, first: str, wording: str) -> ResponseReturnValue:
    """Return the page which says that nothing was sent, with what was typed and the address of what comes first.

    `wording` is the fingerprint of the consent wording that the form showed.
    """
    kept = make_response()
    page = render_template(
        "participants/not_sent.html",
        condition=condition,
        gone=not visit.answers,
        first=first,
        typed=_of_form(request.form),
        kept=keep_typed(kept, condition, wording),
        times=contact_times(),
        languages=contact_languages(),
    )
    kept.status_code = HTTPStatus.GONE if not visit.answers else HTTPStatus.CONFLICT
    kept.set_data(page)
    return kept


def keep_typed(response: Response, condition: Condition, wording: str) -> bool:
    """Keep what was posted in the browser, under the consent wording that was shown; return whether it is short enough.

    A longer text is not kept.
    """
    return _keep(response, condition.slug, _of_form(request.form), wording)


def keep_chosen(response: Response, slug: str, trial_ids: Iterable[str]) -> None:
    """Keep trials that were chosen, beside what was typed before, in the browser, unless that is too long."""
    typed = typed_before(slug)
    known = read_valid(TrialsForm, typed)[0].trial
    chosen = [("trial", one) for one in trial_ids if one not in known]
    _keep(response, slug, MultiDict([*typed.items(multi=True), *chosen]), consent_shown())


def _keep(response: Response, slug: str, typed: MultiDict[str, str], wording: str) -> bool:
    data = {"typed": list(typed.items(multi=True)), "consent": wording}
    is_short = len(sealed(data, _purpose(slug))) <= _MOST_BYTES
    if is_short:
        set_sealed(response, TYPED, data, _purpose(slug), path=typed_path(slug))
    return is_short


def typed_before(slug: str) -> MultiDict[str, str]:
    """Return what was typed in this browser and not sent; empty where there is nothing.

    The boxes of consent are left out where their wording is another by now.
    """
    data = unsealed(read_cookie(TYPED), _purpose(slug))
    if data is None:
        return MultiDict()
    typed = MultiDict([(str(name), str(value)) for name, value in data.get("typed", [])])
    same = is_consent_shown(str(data.get("consent")))
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
