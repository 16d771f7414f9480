"""One criterion as visitors read it: what the answers say of it, in words, with the answers."""

import re
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Criterion, Kind
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.matching.told_findings import ToldFinding
from prescreen.web.base.formatting import said, said_about
from prescreen.web.base.language import language

_VERDICTS = {
    (Kind.INCLUSION, Truth.TRUE): lazy_gettext("Fits"),
    (Kind.INCLUSION, Truth.FALSE): lazy_gettext("Does not fit"),
    (Kind.EXCLUSION, Truth.TRUE): lazy_gettext("Not you"),
    (Kind.EXCLUSION, Truth.FALSE): lazy_gettext("Keeps you out for now"),
}
_OF_ANOTHER = {
    (Kind.EXCLUSION, Truth.TRUE): lazy_gettext("Not them"),
    (Kind.EXCLUSION, Truth.FALSE): lazy_gettext("Keeps them out for now"),
}
"""The verdicts that differ for a person who answers for another."""
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_UNDECIDED = lazy_gettext("Not known yet")
_LATER = lazy_gettext("One of the last things we tell you")
_STYLES = {Truth.TRUE: "fits", Truth.FALSE: "no", Truth.UNKNOWN: "open"}
_SIGNS = {Truth.TRUE: "✓", Truth.FALSE: "–", Truth.UNKNOWN: "?"}  # a sign, not a hyphen


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion as the visitor reads it; `later`: what it says is hidden until the questions are over."""

    criterion: Criterion
    permits: Truth
    facts: Facts
    later: bool = False

    @property
    def sign(self) -> str:
        """Return a sign for the truth, beside the words."""
        return _SIGNS[self.permits]

    @property
    def style(self) -> str:
        """Return the class of the sign."""
        return _STYLES[self.permits]

    @property
    def verdict(self) -> str:
        """Return in a few words what the truth means for taking part."""
        found, undecided = (self.criterion.kind, self.permits), _LATER if self.later else _UNDECIDED
        words = _VERDICTS | _OF_ANOTHER if self.facts.bank.about_another else _VERDICTS
        return str(words.get(found, undecided))

    @property
    def quotes(self) -> tuple[str, ...]:
        """Return the person's answer to every question that the criterion tests and that applies to them."""
        return () if self.later else _quotes(_quoted(self.criterion, self.facts), self.facts)

    @property
    def declined(self) -> bool:
        """Whether one of the quoted answers is that the person does not know or would rather not say."""
        given = (self.facts.answers.get(one.id) for one in _quoted(self.criterion, self.facts))
        return any(answer is not None and isinstance(answer.value, Declined) for answer in given)


def reason_of(finding: ToldFinding, facts: Facts) -> Reason:
    """Return what may be said of a criterion; before the questions are over, of some only that there is one."""
    criterion = finding.criterion
    if finding.later:
        criterion = replace(
            criterion, public_text=Text({language(): _("A point that we show when the questions are over")})
        )
    return Reason(criterion, finding.permits, facts, finding.later)


def _quoted(criterion: Criterion, facts: Facts) -> list[Question]:
    """Return the questions that the criterion tests and that apply: those with an answer, or else all of them."""
    tested = questions_in(criterion.rule) if criterion.rule else ()
    names = [name for question_id in tested for name in _explaining_questions(question_id, facts)]
    bank = [facts.bank[name] for name in dict.fromkeys(names)]
    return [one for one in bank if one.computed or one.id in facts.answers] or bank


def said_shortly(question: Question, facts: Facts) -> str:
    """Return a person's answer without what explains it: words in brackets, and sentences after the first."""
    return _in_short(said(question, facts))


def _in_short(words: str) -> str:
    """Return words without brackets, and of each part of an answer the first sentence.

    >>> _in_short("A slipped disc (also called herniated); Pain pills. Count those of a doctor, too.; L4-L5")
    'A slipped disc; Pain pills; L4-L5'
    """
    # Only at a full stop: a question stands before its answer.
    parts = (_BRACKETS.sub("", one).partition(". ")[0].removesuffix(".") for one in words.split("; "))
    return "; ".join(parts)


def _quotes(quoted: list[Question], facts: Facts) -> tuple[str, ...]:
    # One number, choice or date explains itself beside the criterion; a bare yes, or one quote of several, does not.
    plain = len(quoted) == 1 and kind_of(quoted[0]).explains_itself
    words = said if plain else said_about
    return tuple(dict.fromkeys(_in_short(one) for question in quoted if (one := words(question, facts))))


def _explaining_questions(question_id: str, facts: Facts) -> tuple[str, ...]:
    """Return the question or, where it does not apply, the questions whose answers say so."""
    if facts.applies(question_id) is Truth.FALSE:
        return facts.bank.reached_from((question_id,))[:-1]
    return (question_id,)
