"""The answers of a visitor who has not consented: kept in one encrypted cookie, never on the server."""

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from flask import Response, g

from prescreen.catalog.assessment.answer_codec import MOST_COOKIE_BYTES, UnpackableError
from prescreen.catalog.assessment.json_answers import unpack_json
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import evaluate, questions_in
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.wishes.wishes import Wishes
from prescreen.web.base.cookies import CookieKind, drop_cookie, read_cookie, set_cookie
from prescreen.web.base.request_context import catalog, packing, today
from prescreen.web.interview.progress import Progress, read_noted
from prescreen.web.sealed_cookies import as_json, decompressed, of_json, seal, seal_anew, unseal
from prescreen.web.wishes.visit_wishes import noted, read_wishes

THANKS, MINE, FORM, TYPED = CookieKind.THANKS, CookieKind.MINE, CookieKind.FORM, CookieKind.TYPED
_LENGTH_BYTES = 2
_EDITION = "k"
"""The mark of the edition of the criteria that a visitor was shown last."""
_COMPRESSED = b"\x78"
"""Begins the cookies of an earlier form: compressed JSON. No length of marks begins so, it would be 30,000."""


class Reached(IntEnum):
    """How far a visit was counted: its beginning, or its end; not, also where an answer was changed after the end."""

    NOT_COUNTED = 0
    BEGUN = 1
    FINISHED = 2


@dataclass(frozen=True, slots=True)
class Visit:
    """Answers so far, or after an emergency only what follows from it, and what is noted beside them.

    Attributes:
        answers: The answers so far; none after an emergency.
        emergency: The question that raised an emergency.
        flags: The indexes of the red flags that it raised.
        for_another: Whether the visitor answers for another person.
        sender: Who was said to send the details of another person.
        counted: Whether its end was counted; later changes of answers do not count it again.
        reached: How far it was counted among visits, each of which is counted once.
        source: Where the visitor came from, as a short name; empty where that is not known.
        progress: Where these answers lead, computed with the last of them.
        fewest: The least number of pages that was told to be left; None before the first, and after the last.
        fewest_alone: Likewise the least number of questions for one trial, with its id.
        wishes: The visitor's wishes; None until they were asked for.
        again: A question of the page that was answered last, where that page changed earlier answers; empty where the
            last of the answers is of that page anyway.
        country: After an emergency the country of the wishes, for its number; empty where no place was named.
    """

    answers: Answers = field(default_factory=Answers)
    emergency: str | None = None
    flags: tuple[int, ...] = ()
    for_another: bool = False
    sender: str | None = None
    counted: bool = False
    reached: Reached = Reached.NOT_COUNTED
    source: str = ""
    progress: Progress | None = None
    fewest: int | None = None
    fewest_alone: tuple[str, int] | None = None
    wishes: Wishes | None = None
    again: str = ""
    country: str = ""

    @property
    def bank(self) -> QuestionBank:
        """Return the questions in the wording for this visitor."""
        return catalog().bank_for(another=self.for_another)


def read_visit(condition: str) -> Visit:
    """Return the visit of this request; an empty one where the cookie is missing, forged or expired."""
    known: dict[str, Visit] = g.setdefault("visits", {})
    if condition not in known:
        kept = _kept(condition)
        known[condition] = _visit(condition, kept) if kept else Visit()
    return known[condition]


def edition_seen(condition: str) -> int:
    """Return the number of the edition that this visit was shown last; 0 where there is none."""
    kept = _kept(condition)
    return kept.edition if kept else 0


def note_edition(response: Response, condition: str) -> None:
    """Note in a visit, if there is one, which edition its visitor is shown; what else it holds stays as it is."""
    kept, edition = _kept(condition), catalog().edition
    # Of an earlier form of cookies, none is older than two hours.
    if kept is None or kept.packed is None or kept.edition == edition:
        return
    text = read_cookie(CookieKind.ANSWERS, condition)
    noted = replace(kept, marks={**kept.marks, _EDITION: edition})
    sealed = seal_anew(text, noted.written(), _purpose(condition))
    set_cookie(response, CookieKind.ANSWERS, sealed, ending=condition, path=f"/{condition}")


def revise_visit(condition: str, visit: Visit) -> None:
    """Let a visit be that of this request from now on, as `read_visit` returns it."""
    g.setdefault("visits", {})[condition] = visit


@dataclass(frozen=True, slots=True)
class _Kept:
    """The content of a cookie: what marks the visit, and the answers, which are not unpacked yet."""

    marks: dict[str, Any]
    packed: bytes | None = None

    @classmethod
    def of(cls, content: bytes) -> "_Kept | None":
        """Return decrypted content in its two parts, or in the form of earlier cookies; None for any other."""
        if content.startswith(_COMPRESSED):
            data = decompressed(content)
            return cls(data) if data is not None else None
        start = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
        marks = of_json(content[_LENGTH_BYTES:start])
        return cls(marks, content[start:]) if marks is not None else None

    @property
    def edition(self) -> int:
        """Return the number of the edition that was shown last; 0 where none was."""
        found = self.marks.get(_EDITION)
        return found if isinstance(found, int) else 0

    def answers(self) -> Answers:
        """Return the answers. Raise UnpackableError where there are none that can be read."""
        if self.packed is None:
            return unpack_json(packing(), self.marks.get("a"))
        return packing().unpack(self.packed)

    def written(self) -> bytes:
        """Return the content that `of` was given."""
        marks = as_json(self.marks)
        return len(marks).to_bytes(_LENGTH_BYTES, "big") + marks + (self.packed or b"")


def _kept(condition: str) -> _Kept | None:
    text = read_cookie(CookieKind.ANSWERS, condition)
    content = unseal(text, _purpose(condition)) if text else None
    return None if content is None else _Kept.of(content)


def _visit(condition: str, kept: _Kept) -> Visit:
    marks = kept.marks
    begun = Visit(
        for_another=marks.get("o") == 1, sender=marks.get("s"), source=marks.get("v", ""), reached=_reached(marks)
    )
    emergency = marks.get("e")
    if emergency is not None and emergency in catalog().bank:
        return replace(begun, emergency=emergency, flags=tuple(marks.get("f", ())), country=marks.get("n", ""))
    try:
        answers = _dated(kept.answers())
    except UnpackableError:
        return begun
    progress, counted = read_noted(marks.get("p")), marks.get("c") == 1
    wishes, fewest = read_wishes(marks.get("w")), marks.get("l") if isinstance(marks.get("l"), int) else None
    again, alone = marks.get("q", ""), _read_alone(marks.get("t"))
    visit = replace(
        begun,
        answers=answers,
        counted=counted,
        progress=progress,
        fewest=fewest,
        fewest_alone=alone,
        wishes=wishes,
        again=again,
    )
    # Answers that raise an emergency under these criteria are never kept.
    warned = replace(begun, country=country_of(wishes))
    return visit if progress_now(visit) else _emergency_visit(condition, answers, warned) or visit


def country_of(wishes: Wishes | None) -> str:
    """Return the code of the country that a visitor named; empty where none was named."""
    return wishes.place.country if wishes and wishes.place else ""


def _read_alone(found: object) -> tuple[str, int] | None:
    match found:
        case [str() as trial_id, int() as fewest]:
            return trial_id, fewest
    return None


def _reached(marks: dict[str, Any]) -> Reached:
    return next((one for one in Reached if one.value == marks.get("r")), Reached.NOT_COUNTED)


def progress_now(visit: Visit) -> Progress | None:
    """Return where an interview stands, as noted with its last answer; None where that may be no longer so."""
    noted = visit.progress
    return noted if noted is not None and noted.holds(catalog().stamp, today()) else None


def _dated(answers: Answers) -> Answers:
    """Return answers of which none is dated tomorrow, as a clock or time zone that was set back could make them."""
    latest = today()
    late = {name: Answer(one.value, latest) for name, one in answers.given.items() if one.on > latest}
    return Answers({**answers.given, **late}) if late else answers


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
    """Store a visit in the visitor's browser for two hours from now.

    What is only noted is left out where it would not fit: its progress, and what was told of one trial.
    """
    packed = packing().pack(visit.answers)
    text = seal(_Kept(_marks(visit), packed).written(), _purpose(condition))
    if len(text) > MOST_COOKIE_BYTES:
        unnoted = replace(visit, progress=None, fewest_alone=None)
        text = seal(_Kept(_marks(unnoted), packed).written(), _purpose(condition))
    set_cookie(response, CookieKind.ANSWERS, text, ending=condition, path=f"/{condition}")


def _marks(visit: Visit) -> dict[str, Any]:
    """Return what marks a visit beside its answers, under names of one letter; what is usual is left out."""
    return {
        **({"e": visit.emergency, "f": visit.flags} if visit.emergency else {}),
        **({"n": visit.country} if visit.emergency and visit.country else {}),
        **({"o": 1} if visit.for_another else {}),
        **({"s": visit.sender} if visit.for_another and visit.sender else {}),
        **({"p": visit.progress.noted()} if visit.progress else {}),
        **({"l": visit.fewest} if visit.fewest is not None else {}),
        **({"t": visit.fewest_alone} if visit.fewest_alone is not None else {}),
        **({"c": 1} if visit.counted else {}),
        **({"r": visit.reached.value} if visit.reached else {}),
        **({"v": visit.source} if visit.source else {}),
        **({_EDITION: catalog().edition} if catalog().edition else {}),
        **({"q": visit.again} if visit.again else {}),
        **({"w": noted(visit.wishes)} if visit.wishes is not None else {}),
    }


def forget_everything(response: Response) -> None:
    """Delete every cookie of a visitor: answers, the form that was shown, typed details, thanks and the opened link."""
    for condition in catalog().conditions:
        drop_cookie(response, CookieKind.ANSWERS, ending=condition, path=f"/{condition}")
        drop_cookie(response, FORM, path=f"/{condition}")
        forget_typed(response, condition)
    forget_thanks(response)
    drop_cookie(response, MINE, path="/my")


def forget_thanks(response: Response) -> None:
    """Delete the cookies of the thank-you pages, whose private link has ended."""
    for condition in catalog().conditions:
        drop_cookie(response, THANKS, path=f"/{condition}")


def typed_path(condition: str) -> str:
    """Return the only path to which the browser sends what was typed into the contact form."""
    return f"/{condition}/interest"


def forget_typed(response: Response, condition: str) -> None:
    """Delete what was typed into the contact form and not sent."""
    drop_cookie(response, TYPED, path=typed_path(condition))


def _purpose(condition: str) -> str:
    return f"visit {condition}"
