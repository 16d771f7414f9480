"""The answers of a visitor who has not consented: kept in one encrypted cookie, never on the server."""

import base64
import binascii
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, g, request

from prescreen.catalog.assessment.answer_codec import UnpackableError, compressed, decompressed
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import evaluate, questions_in
from prescreen.eligibility.criteria.truth import Truth
from prescreen.web.base.request_context import catalog, now, packing, resources, today
from prescreen.web.interview.progress import Progress, read_noted

HOURS = 2
THANKS, MINE, FORM, TYPED = "prescreen-thanks", "prescreen-my", "prescreen-form", "prescreen-typed"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Visit:
    """Answers so far; after an emergency only the question that raised it and the indexes of its flags.

    `for_another`: the visitor answers for another person; `sender` is then who was said to send the details. `counted`:
    its end was counted; later changes of answers do not count it again. `source` is where the visitor came from, as a
    short name; empty where that is not known. `progress` is where these answers lead, computed with the last of them.
    """

    answers: Answers = field(default_factory=Answers)
    emergency: str | None = None
    flags: tuple[int, ...] = ()
    for_another: bool = False
    sender: str | None = None
    counted: bool = False
    source: str = ""
    progress: Progress | None = None

    @property
    def bank(self) -> QuestionBank:
        """Return the questions in the wording for this visitor."""
        return catalog().bank_for(another=self.for_another)


def cookie_name(condition: str) -> str:
    """Return the name of a condition's cookie."""
    return f"prescreen-{condition}"


def read_visit(condition: str) -> Visit:
    """Return the visit of this request; an empty one where the cookie is missing, forged or expired."""
    known: dict[str, Visit] = g.setdefault("visits", {})
    if condition not in known:
        data = unsealed(request.cookies.get(cookie_name(condition), ""), _purpose(condition))
        known[condition] = _visit(condition, data) if data else Visit()
    return known[condition]


def _visit(condition: str, data: dict[str, Any]) -> Visit:
    begun = Visit(for_another=data.get("o") == 1, sender=data.get("s"), source=data.get("v", ""))
    emergency = data.get("e")
    if emergency is not None and emergency in catalog().bank:
        return replace(begun, emergency=emergency, flags=tuple(data.get("f", ())))
    try:
        answers = packing().unpack(data.get("a"))
    except UnpackableError:
        return begun
    # A clock or time zone that was set back must not make answers dated tomorrow.
    latest = today()
    late = {name: Answer(one.value, latest) for name, one in answers.given.items() if one.on > latest}
    dated = Answers({**answers.given, **late}) if late else answers
    visit = replace(begun, answers=dated, counted=data.get("c") == 1, progress=read_noted(data.get("p")))
    # No answer that raised an emergency under these criteria was kept.
    return visit if progress_now(visit) else _emergency_visit(condition, dated, begun) or visit


def progress_now(visit: Visit) -> Progress | None:
    """Return where an interview stands, as noted with its last answer; None where that may be no longer so."""
    noted = visit.progress
    return noted if noted is not None and noted.holds(catalog().stamp, today()) else None


def _emergency_visit(condition: str, answers: Answers, begun: Visit) -> Visit | None:
    """Return an emergency visit where the current criteria see an emergency in earlier answers, else None."""
    facts = Facts(catalog().bank, answers, today())
    flags = catalog().conditions[condition].red_flags
    raised = [
        place for place, flag in enumerate(flags) if flag.is_emergency and evaluate(flag.when, facts) is Truth.TRUE
    ]
    if not raised:
        return None
    return replace(begun, emergency=questions_in(flags[raised[0]].when)[-1], flags=tuple(raised))


def write_visit(response: Response, condition: str, visit: Visit) -> None:
    """Store a visit in the visitor's browser for two hours from now."""
    data: dict[str, Any] = {"a": packing().pack(visit.answers), "e": visit.emergency, "f": list(visit.flags)}
    data |= {"o": 1, "s": visit.sender} if visit.for_another else {}
    data |= {"p": visit.progress.noted()} if visit.progress else {}
    data |= {"c": 1} if visit.counted else {}
    data |= {"v": visit.source} if visit.source else {}
    set_sealed(response, cookie_name(condition), data, _purpose(condition), path=f"/{condition}")


def forget_everything(response: Response) -> None:
    """Delete every cookie of a visitor: answers, the form that was shown, typed details, thanks and the opened link."""
    for condition in catalog().conditions:
        response.delete_cookie(cookie_name(condition), path=f"/{condition}")
        response.delete_cookie(FORM, path=f"/{condition}")
        forget_typed(response, condition)
    forget_thanks(response)
    response.delete_cookie(MINE, path="/my")


def forget_thanks(response: Response) -> None:
    """Delete the cookies of the thank-you pages, whose private link has ended."""
    for condition in catalog().conditions:
        response.delete_cookie(THANKS, path=f"/{condition}")


def typed_path(condition: str) -> str:
    """Return the only path to which the browser sends what was typed into the contact form."""
    return f"/{condition}/interest"


def forget_typed(response: Response, condition: str) -> None:
    """Delete what was typed into the contact form and not sent."""
    response.delete_cookie(TYPED, path=typed_path(condition))


def _purpose(condition: str) -> str:
    return f"visit {condition}"


def set_sealed(response: Response, name: str, data: dict[str, Any], purpose: str, *, path: str) -> None:
    """Set a cookie that only this service can read, for one purpose."""
    response.set_cookie(
        name,
        sealed(data, purpose),
        max_age=HOURS * 3600,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=resources().settings.https,
    )


def sealed(data: dict[str, Any], purpose: str) -> str:
    """Return data encrypted and authenticated, with the time of encryption, as text for a cookie."""
    nonce = os.urandom(_NONCE_BYTES)
    content = compressed({**data, "t": int(now().timestamp())})
    sealed_content = AESGCM(resources().keys.cookies).encrypt(nonce, content, purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed_content).decode().rstrip("=")


def unsealed(text: str, purpose: str) -> dict[str, Any] | None:
    """Return the decrypted data, or None for text that is forged, for another purpose, or older than two hours."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        content = AESGCM(resources().keys.cookies).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
        data = decompressed(content)
    except (binascii.Error, ValueError, InvalidTag, UnpackableError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("t"), int):
        return None
    age = now() - datetime.fromtimestamp(data["t"], UTC)
    return data if age.total_seconds() <= HOURS * 3600 else None
