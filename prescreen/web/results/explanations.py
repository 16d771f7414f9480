"""What the answers mean for each trial, as the pages show it."""

import re
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from prescreen.catalog.criteria.catalog import Catalog, Condition
from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.assessment.outlook import fits_from
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import CheckedBy, Criterion, Kind, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.matching.planner import Standing
from prescreen.eligibility.matching.told_findings import Told, ToldFinding
from prescreen.eligibility.matching.truth_codes import CODE_OF
from prescreen.web.base.formatting import said, said_about
from prescreen.web.base.language import language, say
from prescreen.web.base.request_context import catalog
from prescreen.web.base.trial_wording import not_open_words
from prescreen.web.interview.answer_cookie import Visit
from prescreen.web.interview.progress import Progress
from prescreen.web.interview.question_page import is_over, progress_of, standing_of

CHECKED_WORDS = {
    CheckedBy.PHONE: lazy_gettext("By phone"),
    CheckedBy.RECORDS: lazy_gettext("In your records"),
    CheckedBy.VISIT: lazy_gettext("At a visit"),
}
"""How the team checks a criterion, in the order in which it comes to that."""
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
_MOST_IN_SHORT = 6
LONGEST_IN_SHORT = 60
"""An answer of at most so many characters stands in a line with other words."""

_UNDECIDED = lazy_gettext("Not known yet")
_LATER = lazy_gettext("One of the last things we tell you")
_CODES = {truth.value: code for truth, code in CODE_OF.items()}
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


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial as the pages show it. Reasons are put into words when a page asks for them: most show only a few."""

    trial: Trial
    place: int
    judged: "Judged"
    codes: bytes
    """A code for each reason, in the author's order: see `Told.codes_of`."""

    @property
    def group(self) -> Determination:
        """Return the group in which the trial is shown."""
        return self.judged.told.group_of(self.place)

    @property
    def takes_leads(self) -> bool:
        """Whether people may be referred to the trial today."""
        return self.judged.catalog.takes_leads(self.trial, self.judged.facts.on)

    @property
    def not_open(self) -> str:
        """Return in a few words that the trial does not look for people now; empty where it does."""
        return not_open_words(self.trial)

    @property
    def still_to_check(self) -> tuple[Criterion, ...]:
        """Return the criteria that only the team can check, as far as they may be shown now."""
        return tuple(one for one in self.trial.still_to_check if self.judged.over or not one.is_kept_back)

    @property
    def questions_left(self) -> int:
        """How many questions at most are left for this trial alone."""
        return self.judged.standing.most_left(self.place)

    @property
    def is_settled(self) -> bool:
        """Whether no question left to ask can change the result of this trial."""
        return self.judged.standing.is_settled(self.place)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return all reasons."""
        return tuple(self._reason(number) for number in range(len(self.codes)))

    @property
    def fits_from(self) -> date | None:
        """Return the day from which on time alone removes what stands in the way; None where there is none.

        None too while a criterion is kept back: a day would tell that it permits, and no day that it does not.
        """
        keeps_back = not self.judged.over and any(one.is_kept_back for one in self.trial.ruled)
        if self.group is not Determination.INELIGIBLE or keeps_back:
            return None
        return fits_from(self.trial, self.judged.facts, self.judged.standing.blockers(self.place))

    def count(self, permits: str) -> int:
        """Return how many reasons are of this truth: `true`, `false` or `unknown`."""
        return self.codes.count(_CODES[permits])

    def first(self, permits: str, most: int | None = None) -> tuple[Reason, ...]:
        """Return the first reasons of this truth, or all of them."""
        chosen = [number for number, code in enumerate(self.codes) if code == _CODES[permits]]
        return tuple(self._reason(number) for number in chosen[:most])

    def _reason(self, number: int) -> Reason:
        return _reason(self.judged.told.finding(self.place, number), self.judged.facts)


@dataclass(frozen=True, slots=True)
class Judged:
    """One person's answers judged for all trials of a condition, which are named by their places in its interview."""

    catalog: Catalog
    trials: tuple[Trial, ...]
    standing: Standing
    told: Told
    facts: Facts
    progress: Progress
    over: bool
    """Whether the questions are over, so that everything may be shown."""

    def result(self, place: int) -> TrialResult:
        """Return one trial as it is shown. Until the questions are over, what its author withholds is withheld."""
        return TrialResult(self.trials[place], place, self, self.told.codes_of(place))


def judged(condition: Condition, visit: Visit, facts: Facts, *, marked_alone: bool = False) -> Judged:
    """Return what the facts of a visit say about all trials of a condition, as far as may be told by now.

    `marked_alone`: only those are shown that the interview asks about, so that its end is the end for them.
    """
    progress, standing = progress_of(condition, visit), standing_of(condition, facts)
    over = progress.waiting is None if marked_alone else is_over(condition, visit)
    told = standing.told(over=over)
    return Judged(catalog(), catalog().interview(condition.slug).trials, standing, told, facts, progress, over)


def said_in_short(condition: Condition, found: Judged) -> list[tuple[str, str]]:
    """Return the answers that most criteria ask for, each with what it is about, in the order they were given."""
    facts, chosen = found.facts, dict[str, str]()
    signs = {name for flag in condition.red_flags for name in questions_in(flag.when)}
    for name in found.told.asked_most:
        if name not in signs and (words := _few_words(name, facts)):
            chosen[name] = words
        if len(chosen) == _MOST_IN_SHORT:
            break
    return [(say(facts.bank[name].subject), chosen[name]) for name in facts.answers if name in chosen]


def _few_words(name: str, facts: Facts) -> str:
    """Return the answer to a question; empty where it has no short form, or says that nothing applies, or too much."""
    question, answer = facts.bank[name], facts.answers.get(name)
    if answer is None or question.short is None or isinstance(answer.value, Declined):
        return ""
    if isinstance(answer.value, frozenset) and not answer.value - question.exclusive_ids:
        return ""
    words = said_shortly(question, facts)
    return words if len(words) <= LONGEST_IN_SHORT else ""


def _reason(finding: ToldFinding, facts: Facts) -> Reason:
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
