"""What can be asked: what an interview is about, which questions can still matter, which red flags are raised.

Which of them is asked next is worked out by `matching.planner`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.eligibility.criteria.rules import All, Rule, evaluate, questions_in
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth


class Urgency(StrEnum):
    """What a red flag calls for."""

    EMERGENCY = "emergency"
    SEE_DOCTOR = "see_doctor"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Answers that call for a doctor before any trial does.

    `sign` says in one sentence what such answers mean, as the condition's articles list it among what needs help.
    `advice` is all that there is to tell; `say` is its last part, what to tell who answers the call, if it has one.
    """

    when: Rule
    level: Urgency
    advice: Text
    sign: Text | None = None
    say: Text | None = None

    @property
    def why(self) -> Text:
        """Return the advice without what to say."""
        if self.say is None:
            return self.advice
        said, advice = self.say, self.advice.by_language
        return Text({code: text.removesuffix(said.in_language(code)).rstrip() for code, text in advice.items()})

    @property
    def is_emergency(self) -> bool:
        """Whether help is needed at once."""
        return self.level is Urgency.EMERGENCY


@dataclass(frozen=True, slots=True)
class Interview:
    """The input of an interview plan: the bank, the trials, the opening questions and the red flags."""

    bank: QuestionBank
    trials: tuple[Trial, ...]
    opening_questions: tuple[str, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()


def permitting(trial: Trial) -> All:
    """Return the rule that holds where every criterion with a rule permits taking part."""
    return All(tuple(rule for criterion in trial.ruled if (rule := criterion.permitting_rule)))


def open_questions(trial: Trial, facts: Facts) -> frozenset[str]:
    """Return the unasked questions that can still change this trial's determination; empty where none can."""
    return prospect(permitting(trial), facts).open_questions


def flag_questions(flag: RedFlag, facts: Facts) -> frozenset[str]:
    """Return the unasked questions that can still raise this red flag."""
    return prospect(flag.when, facts).to_true or frozenset()


def next_red_flag_question(
    interview: Interview, facts: Facts, still_open: Iterable[frozenset[str]] | None = None
) -> str | None:
    """Return the first red-flag question that can still raise its flag, or None when all flags are settled.

    `still_open` are the questions that can still raise each flag, where they are known already.
    """
    by_flag = (flag_questions(flag, facts) for flag in interview.red_flags) if still_open is None else still_open
    for flag, open_now in zip(interview.red_flags, by_flag, strict=True):
        for question_id in facts.bank.reached_from(questions_in(flag.when)) if open_now else ():
            if question_id in open_now and is_askable(question_id, facts):
                return question_id
    return None


def raised(interview: Interview, facts: Facts) -> tuple[RedFlag, ...]:
    """Return the red flags that the answers raise, in the author's order."""
    return tuple(flag for flag in interview.red_flags if evaluate(flag.when, facts) is Truth.TRUE)


def is_askable(question_id: str, facts: Facts) -> bool:
    """Return whether a question can be asked now: it applies and was not asked."""
    if question_id in facts.answers or facts.bank[question_id].computed:
        return False
    return facts.applies(question_id) is Truth.TRUE


def is_stale(question: Question, answer: Answer, on: date) -> bool:
    """Return whether an answer is older than the question's half-life; without one it is never stale.

    >>> from prescreen.eligibility.criteria.questions import QuestionType
    >>> from prescreen.eligibility.criteria.text import Text
    >>> pain = Question("pain", QuestionType.BOOLEAN, Text({"en": "Pain?"}), half_life=7)
    >>> answer = Answer(True, date(2026, 11, 1))
    >>> is_stale(pain, answer, date(2026, 11, 8)), is_stale(pain, answer, date(2026, 11, 9))
    (False, True)
    """
    return question.half_life is not None and (on - answer.on).days > question.half_life


def to_ask(criterion: Criterion, facts: Facts) -> tuple[str, ...]:
    """Return the questions that can settle an unknown criterion, in the order of the bank.

    Questions that the person declined are among them: a conversation may settle what a form could not.
    """
    if criterion.rule is None:
        return ()
    open_questions = prospect(criterion.rule, _without_declined(facts)).open_questions
    return tuple(question.id for question in facts.bank if question.id in open_questions)


def _without_declined(facts: Facts) -> Facts:
    given = {name: answer for name, answer in facts.answers.given.items() if not isinstance(answer.value, Declined)}
    return Facts(facts.bank, Answers(given), facts.on)
