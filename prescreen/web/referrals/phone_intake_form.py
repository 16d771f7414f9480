"""The form of phone intake: which questions it asks, what was typed, and its faults."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from werkzeug.datastructures import MultiDict

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.questions import AGE, Question
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.eligibility.interview.question_selection import Interview, RedFlag, next_red_flag_question, raised
from prescreen.storage.participants.consents import Purpose
from prescreen.web.base.form_fields import Line, Tick
from prescreen.web.base.forms import read_valid
from prescreen.web.base.question_fields import (
    ANSWER,
    QuestionField,
    field_again,
    field_for,
    fields_under,
    prefix_of,
)
from prescreen.web.base.reply_reading import NoReplyError, ReplyError, read_reply
from prescreen.web.base.request_context import catalog, today
from prescreen.web.participants.contact_form import EMAIL, Email, Interest, InterestForm, lacks_phone


class EntryForm(InterestForm):
    """What the person said on the phone; its messages address the recruiter, and the e-mail address is optional."""

    name: Annotated[str, Line("Type the person's name.")]
    email: Annotated[str, Email(wrong=EMAIL)]
    adult: Annotated[bool, Tick("Ask whether they are 18 or older, and tick it. Nobody younger can be entered.")]
    share: Annotated[bool, Tick("Without this consent nothing may be stored. If they do not agree, leave this page.")]
    told: Annotated[bool, Tick()]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the page: the prefix of its field names, and its field."""

    prefix: str
    field: QuestionField


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed, as far as it could be read. `emergencies` stop the intake; `advice` is to be passed on."""

    interest: Interest
    facts: Facts
    emergencies: tuple[RedFlag, ...]
    advice: tuple[RedFlag, ...]
    errors: dict[str, str] = field(default_factory=dict)


def safety_questions(trial: Trial) -> tuple[Question, ...]:
    """Return the questions that can raise an emergency of a condition that the trial is about."""
    tested = (name for flag in _flags(trial) if flag.is_emergency for name in questions_in(flag.when))
    return _asked(catalog().bank.reached_from(tuple(tested)))


def emergency_signs(trial: Trial) -> tuple[Text, ...]:
    """Return what is an emergency of a condition that the trial is about: signs, or advice where a flag has no sign."""
    return tuple(flag.sign or flag.advice for flag in _flags(trial) if flag.is_emergency)


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
        Asked(prefix, field_again(one, own) if (own := fields_under(prefix, typed)) else field_for(one, None))
        for one in questions
        for prefix in [prefix_of(one.id)]
    ]


def read_entry(typed: MultiDict[str, str], trial: Trial, site: Site) -> Entry:
    """Return the form as read, with its faults; the page shows the posted values again."""
    form, faults = read_valid(EntryForm, typed)
    errors: dict[str, str] = {}
    facts = Facts(catalog().bank, _answers(typed, trial, errors), today()).applicable()
    plan = Interview(catalog().bank, (), (), _flags(trial))
    flags = raised(plan, facts)
    emergencies = tuple(flag for flag in flags if flag.is_emergency)
    _judge(trial, facts, errors)
    # Nothing lesser stands beside an emergency.
    advice = () if emergencies else flags
    if advice and not form.told:
        errors["told"] = "Read the advice out to them, and tick that you did."
    errors |= faults
    _check_channels(form, errors)
    interest = Interest(None if errors else form.contact, ((trial, site),), form.purposes)
    return Entry(interest, facts, emergencies, advice, errors)


def _answers(typed: MultiDict[str, str], trial: Trial, errors: dict[str, str]) -> Answers:
    given: dict[str, Answer] = {}
    for question in (*safety_questions(trial), *trial_questions(trial)):
        prefix = prefix_of(question.id)
        try:
            given[question.id] = Answer(read_reply(question, fields_under(prefix, typed), today()), today())
        except NoReplyError:
            continue
        except ReplyError as error:
            errors[prefix + ANSWER] = str(error)
    return Answers(given)


def _judge(trial: Trial, facts: Facts, errors: dict[str, str]) -> None:
    """Add the faults that also apply on the public pages: open safety questions, age, a trial that does not fit."""
    urgent = tuple(flag for flag in _flags(trial) if flag.is_emergency)
    unasked = next_red_flag_question(Interview(facts.bank, (), (), urgent), facts)
    if unasked is not None:
        errors.setdefault(prefix_of(unasked) + ANSWER, "Ask this first. “I don't know” is an answer too.")
    if facts.is_under_age:
        [asked] = facts.bank.sources_of(AGE) or (AGE,)
        errors[prefix_of(asked) + ANSWER] = "Nobody under 18 can be entered."
    judged = assess(trial, facts)
    if judged.determination is Determination.INELIGIBLE:
        reasons = "; ".join(str(one.criterion.text).rstrip(".") for one in judged.blockers)
        errors["questions"] = f"By these answers the trial does not fit, so nothing is stored. It asks: {reasons}."


def _check_channels(form: EntryForm, errors: dict[str, str]) -> None:
    if not form.channels:
        errors["by-email"] = "They must agree to at least one way to be reached: read the wordings out and tick it."
    if Purpose.EMAIL in form.channels and not form.email:
        errors.setdefault("email", "Type their email address, or untick email below.")
    if lacks_phone(form, form.channels):
        errors.setdefault("phone", "Type their phone number, or untick phone and text below.")
