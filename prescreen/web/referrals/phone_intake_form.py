"""The form for a person on the phone: which questions it asks, what was typed, and what must be mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from werkzeug.datastructures import MultiDict

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.eligibility.interview.question_selection import Interview, RedFlag, next_red_flag_question, raised
from prescreen.storage.participants.consents import Purpose
from prescreen.web.base.question_fields import (
    ANSWER,
    QuestionField,
    ReplyError,
    field_again,
    field_for,
    has_reply,
    read_reply,
)
from prescreen.web.base.request_context import catalog, today
from prescreen.web.participants.contact_form import Interest, lacks_phone, read_contact, read_purposes

_ADULT_YEARS = 18
_SAID = {
    "name": "Type the person's name.",
    "by-email": "They must agree to at least one way to be reached: read the wordings out and tick it.",
    "share": "Without this consent nothing may be stored. If they do not agree, leave this page.",
}
"""What the recruiter is told where the sentence of the public form speaks to the person."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the page: what goes before its names, and its field."""

    prefix: str
    field: QuestionField


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed, as far as it could be read. `emergencies` stop everything; `advice` is to be told."""

    interest: Interest
    facts: Facts
    emergencies: tuple[RedFlag, ...]
    advice: tuple[RedFlag, ...]
    errors: dict[str, str] = field(default_factory=dict)


def safety_questions(trial: Trial) -> tuple[Question, ...]:
    """Return the questions that can raise an emergency of a condition that the trial is about."""
    tested = (name for flag in _flags(trial) if flag.is_emergency for name in questions_in(flag.when))
    return _asked(catalog().bank.reached_from(tuple(tested)))


def trial_questions(trial: Trial) -> tuple[Question, ...]:
    """Return the other questions that the trial uses."""
    first = safety_questions(trial)
    return tuple(one for one in _asked(trial.questions(catalog().bank)) if one not in first)


def _asked(question_ids: Iterable[str]) -> tuple[Question, ...]:
    return tuple(question for name in question_ids if not (question := catalog().bank[name]).computed)


def _flags(trial: Trial) -> tuple[RedFlag, ...]:
    known = (catalog().conditions.get(slug) for slug in trial.conditions)
    return tuple(flag for condition in known if condition for flag in condition.red_flags)


def fields(questions: Iterable[Question], typed: MultiDict[str, str]) -> list[Asked]:
    """Return the questions as fields, showing what was typed."""
    return [
        Asked(prefix, field_again(one, own) if (own := _own(typed, prefix)) else field_for(one, None))
        for one in questions
        for prefix in [_prefix(one.id)]
    ]


def _prefix(question_id: str) -> str:
    return f"q-{question_id}-"


def _own(typed: MultiDict[str, str], prefix: str) -> MultiDict[str, str]:
    """Return what was typed into one question's field, under the names that a page with one question has."""
    pairs = ((name.removeprefix(prefix), value) for name, value in typed.items(multi=True) if name.startswith(prefix))
    return MultiDict(list(pairs))


def read_entry(typed: MultiDict[str, str], trial: Trial, site: Site) -> Entry:
    """Read the form; nothing is lost, since the page shows the posted form again."""
    errors: dict[str, str] = {}
    facts = Facts(catalog().bank, _answers(typed, trial, errors), today())
    plan = Interview(catalog().bank, (), (), _flags(trial))
    flags = raised(plan, facts)
    emergencies = tuple(flag for flag in flags if flag.is_emergency)
    _judge(trial, facts, errors)
    advice = tuple(flag for flag in flags if not flag.is_emergency)
    if advice and typed.get("told") != "yes":
        errors["told"] = "Read the advice out to them, and tick that you did."
    contact, purposes = read_contact(typed, errors, email_needed=False), read_purposes(typed, errors)
    _check_consents(typed, purposes, errors)
    interest = Interest(contact, ((trial, site),), purposes)
    return Entry(interest, facts, emergencies, advice, _for_recruiters(errors))


def _answers(typed: MultiDict[str, str], trial: Trial, errors: dict[str, str]) -> Answers:
    given: dict[str, Answer] = {}
    for question in (*safety_questions(trial), *trial_questions(trial)):
        own = _own(typed, _prefix(question.id))
        if not has_reply(own):
            continue
        try:
            given[question.id] = Answer(read_reply(question, own, today()), today())
        except ReplyError as error:
            errors[_prefix(question.id) + ANSWER] = str(error)
    return Answers(given)


def _judge(trial: Trial, facts: Facts, errors: dict[str, str]) -> None:
    """Note what stands in the way as on the public pages: open safety questions, age, a trial that does not fit."""
    urgent = tuple(flag for flag in _flags(trial) if flag.is_emergency)
    unasked = next_red_flag_question(Interview(facts.bank, (), (), urgent), facts)
    if unasked is not None:
        errors.setdefault(_prefix(unasked) + ANSWER, "Ask this first. “I don't know” is an answer too.")
    age = facts.value("age") if "age" in facts.bank else None
    if isinstance(age, Fraction) and age < _ADULT_YEARS:
        [asked] = facts.bank.sources_of("age") or ("age",)
        errors[_prefix(asked) + ANSWER] = "Nobody under 18 can be entered."
    judged = assess(trial, facts)
    if judged.determination is Determination.INELIGIBLE:
        reasons = "; ".join(str(one.criterion.text).rstrip(".") for one in judged.blockers)
        errors["questions"] = f"By these answers the trial does not fit, so nothing is stored. It asks: {reasons}."


def _check_consents(typed: Mapping[str, str], purposes: tuple[Purpose, ...], errors: dict[str, str]) -> None:
    if typed.get("adult") != "yes":
        errors["adult"] = "Ask whether they are 18 or older, and tick it. Nobody younger can be entered."
    if typed.get("share") != "yes":
        errors["share"] = _SAID["share"]
    if Purpose.EMAIL in purposes and not typed.get("email", "").strip():
        errors["email"] = "Type their email address, or untick email below."
    if isinstance(typed, MultiDict) and lacks_phone(typed, purposes):
        errors["phone"] = "Type their phone number, or untick phone and text below."


def _for_recruiters(errors: dict[str, str]) -> dict[str, str]:
    return {name: _SAID.get(name, sentence) for name, sentence in errors.items()}
