"""What the answers mean for each trial, as the pages show it."""

import re
from collections.abc import Sequence
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
from prescreen.eligibility.criteria.trials import CheckedBy, Criterion, Kind, Show, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.matching.told_findings import Told, ToldFinding
from prescreen.web.base.formatting import asked_and_said, said
from prescreen.web.base.language import language, say
from prescreen.web.base.request_context import catalog
from prescreen.web.interview.question_page import standing_of, waiting_question

CHECKED_WORDS = {
    CheckedBy.PHONE: lazy_gettext("The team will ask you this by phone"),
    CheckedBy.RECORDS: lazy_gettext("The team will check this in your records"),
    CheckedBy.VISIT: lazy_gettext("The team will check this at a visit"),
}
_VERDICTS = {
    (Kind.INCLUSION, Truth.TRUE): lazy_gettext("This fits."),
    (Kind.INCLUSION, Truth.FALSE): lazy_gettext("This does not fit."),
    (Kind.EXCLUSION, Truth.TRUE): lazy_gettext("This does not keep you out."),
    (Kind.EXCLUSION, Truth.FALSE): lazy_gettext("This keeps you out for now."),
}
_UNDECIDED = lazy_gettext("Your answers do not tell yet.")
_SENTENCE = re.compile(r"(?s).*?[.!?](?=\s)|.*")
_SIGNS = {Truth.TRUE: "✓", Truth.FALSE: "–", Truth.UNKNOWN: "?"}  # a sign, not a hyphen


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion as the visitor reads it: its text, its truth, and the answers."""

    criterion: Criterion
    permits: Truth
    sign: str
    verdict: str
    quotes: tuple[str, ...]
    later: bool = False
    """Whether it is hidden until the questions are over."""
    declined: bool = False
    """Whether one of the quoted answers is that the person does not know or would rather not say."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial as the pages show it. Reasons are put into words when a page asks for them: most show only a few."""

    trial: Trial
    group: Determination
    findings: tuple[ToldFinding, ...]
    facts: Facts
    blockers: Sequence[Criterion]
    """The criteria that forbid, among them those that may not be shown yet."""
    takes_leads: bool
    over: bool
    """Whether the questions are over, so that everything may be shown."""

    @property
    def gist(self) -> str:
        """Return what the trial is about: all that its author says where it may fit, else the first sentence."""
        told = say(self.trial.summary) if self.trial.summary else ""
        return told if self.group is Determination.POTENTIALLY_ELIGIBLE else _SENTENCE.match(told)[0]  # type: ignore[index]  # it matches any text

    @property
    def still_to_check(self) -> tuple[Criterion, ...]:
        """Return the criteria that only the team can check, as far as they may be shown now."""
        return tuple(one for one in self.trial.still_to_check if self.over or one.show is not Show.END)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return all reasons."""
        return tuple(_reason(finding, self.facts) for finding in self.findings)

    @property
    def fits_from(self) -> date | None:
        """Return the day from which on time alone removes what stands in the way; None where there is none."""
        return fits_from(self.trial, self.facts, self.blockers) if self.blockers else None

    def count(self, permits: str) -> int:
        """Return how many reasons are of this truth: `true`, `false` or `unknown`."""
        return sum(finding.permits.value == permits for finding in self.findings)

    def first(self, permits: str, most: int | None = None) -> tuple[Reason, ...]:
        """Return the first reasons of this truth, or all of them."""
        chosen = [finding for finding in self.findings if finding.permits.value == permits]
        return tuple(_reason(finding, self.facts) for finding in chosen[:most])


@dataclass(frozen=True, slots=True)
class Judged:
    """One person's answers judged for all trials of a condition, which are named by their places in its interview."""

    catalog: Catalog
    trials: tuple[Trial, ...]
    told: Told
    facts: Facts
    over: bool

    def result(self, place: int) -> TrialResult:
        """Return one trial as it is shown. Until the questions are over, what its author withholds is withheld."""
        trial, takes_leads = self.trials[place], self.catalog.takes_leads(self.trials[place], self.facts.on)
        told = self.told
        return TrialResult(
            trial,
            told.group_of(place),
            told.of(place),
            self.facts,
            told.blockers(place),
            takes_leads=takes_leads,
            over=self.over,
        )


def judged(condition: Condition, facts: Facts) -> Judged:
    """Return what the facts of a request say about all trials of a condition."""
    over = waiting_question(condition, facts) is None
    told = standing_of(condition, facts).told(over=over)
    return Judged(catalog(), catalog().interview(condition.slug).trials, told, facts, over)


def _reason(finding: ToldFinding, facts: Facts) -> Reason:
    criterion, permits = finding.criterion, finding.permits
    if finding.later:
        return _withheld_reason(criterion, permits)
    verdict = _VERDICTS.get((criterion.kind, permits), _UNDECIDED)
    quoted = _quoted(criterion, facts)
    given = (facts.answers.get(one.id) for one in quoted)
    declined = any(answer is not None and isinstance(answer.value, Declined) for answer in given)
    return Reason(criterion, permits, _SIGNS[permits], str(verdict), _quotes(quoted, facts), declined=declined)


def _withheld_reason(criterion: Criterion, permits: Truth) -> Reason:
    """Return what may be said of a criterion before the questions are over: only that there is one."""
    unnamed = Text({language(): _("A point that we show when the questions are over")})
    verdict = _VERDICTS.get((criterion.kind, permits)) or _("It is one of the last things we tell you.")
    return Reason(replace(criterion, public_text=unnamed), permits, _SIGNS[permits], str(verdict), (), later=True)


def _quoted(criterion: Criterion, facts: Facts) -> list[Question]:
    """Return the questions that the criterion tests and that apply: those with an answer, or else all of them."""
    tested = questions_in(criterion.rule) if criterion.rule else ()
    names = [name for question_id in tested for name in _explaining_questions(question_id, facts)]
    bank = [facts.bank[name] for name in dict.fromkeys(names)]
    return [one for one in bank if one.computed or one.id in facts.answers] or bank


def _quotes(quoted: list[Question], facts: Facts) -> tuple[str, ...]:
    # One number, choice or date explains itself beside the criterion; a bare yes, or one quote of several, does not.
    plain = len(quoted) == 1 and kind_of(quoted[0]).explains_itself
    return tuple(dict.fromkeys((said if plain else asked_and_said)(question, facts) for question in quoted))


def _explaining_questions(question_id: str, facts: Facts) -> tuple[str, ...]:
    """Return the question or, where it does not apply, the questions whose answers say so."""
    if facts.applies(question_id) is Truth.FALSE:
        return facts.bank.reached_from((question_id,))[:-1]
    return (question_id,)
