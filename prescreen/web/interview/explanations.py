"""What the answers say about each trial, as the pages show it."""

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Assessment, Determination, Finding, assess
from prescreen.eligibility.assessment.outlook import outlook
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import CheckedBy, Criterion, Kind, Show, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.web.base.formatting import asked_and_said, said
from prescreen.web.base.language import language

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
_SIGNS = {Truth.TRUE: "✓", Truth.FALSE: "–", Truth.UNKNOWN: "?"}  # a sign, not a hyphen


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion as the visitor reads it: what it says, what it comes to, and what was answered."""

    criterion: Criterion
    permits: Truth
    sign: str
    verdict: str
    quotes: tuple[str, ...]
    later: bool = False
    """Whether it is kept back until the questions are over."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial as the results page shows it; from `fits_from` on time alone ends what stands in the way."""

    trial: Trial
    assessment: Assessment
    reasons: tuple[Reason, ...]
    takes_leads: bool
    fits_from: date | None
    over: bool = False
    """Whether the questions are over, so that everything may be told."""

    @property
    def still_to_check(self) -> tuple[Criterion, ...]:
        """The criteria that only the team can check, as far as they may be told now."""
        return tuple(one for one in self.trial.still_to_check if self.over or one.show is not Show.END)

    @property
    def group(self) -> Determination:
        """The group it is shown in. Where no criterion has a rule, answers can tell nothing."""
        return self.assessment.determination if self.reasons else Determination.UNDETERMINED

    def with_permits(self, *permits: str) -> tuple[Reason, ...]:
        """Return the reasons of these truths: `true`, `false`, `unknown`."""
        return tuple(reason for reason in self.reasons if reason.permits.value in permits)


def results(catalog: Catalog, condition: str, facts: Facts, *, over: bool) -> list[TrialResult]:
    """Judge every trial for a condition."""
    return [result(catalog, trial, facts, over=over) for trial in catalog.trials_for(condition)]


def result(catalog: Catalog, trial: Trial, facts: Facts, *, over: bool = False) -> TrialResult:
    """Judge one trial; what its author keeps back until the questions are over is kept back unless they are."""
    assessment = assess(trial, facts)
    reasons = _reasons(assessment, facts, over=over)
    blocked = assessment.determination is Determination.INELIGIBLE
    fits_from = outlook(trial, facts).fits_from if blocked else None
    return TrialResult(trial, assessment, reasons, catalog.takes_leads(trial, facts.on), fits_from, over)


def _reasons(assessment: Assessment, facts: Facts, *, over: bool) -> tuple[Reason, ...]:
    kept_back = [one.criterion for one in assessment.findings if one.criterion.show is Show.END and not over]
    # Where nothing else forbids, the trial's own "no" has told of it already.
    alone = all(finding.criterion in kept_back for finding in assessment.blockers)
    return tuple(
        _later(finding, forbids=alone and finding.permits is Truth.FALSE)
        if finding.criterion in kept_back
        else _reason(finding, facts)
        for finding in assessment.findings
    )


def _later(finding: Finding, *, forbids: bool) -> Reason:
    """Return what may be said of a criterion before the questions are over: that there is one."""
    unnamed = Text({language(): _("A point that we show when the questions are over")})
    criterion, permits = replace(finding.criterion, public_text=unnamed), Truth.FALSE if forbids else Truth.UNKNOWN
    verdict = _VERDICTS[criterion.kind, permits] if forbids else _("It is one of the last things we tell you.")
    return Reason(criterion, permits, _SIGNS[permits], str(verdict), (), later=True)


def _reason(finding: Finding, facts: Facts) -> Reason:
    criterion, permits = finding.criterion, finding.permits
    verdict = _VERDICTS.get((criterion.kind, permits), _UNDECIDED)
    return Reason(criterion, permits, _SIGNS[permits], str(verdict), _quotes(criterion, facts))


def _quotes(criterion: Criterion, facts: Facts) -> tuple[str, ...]:
    """Return the person's own words on every question that the criterion tests and that applies to them."""
    tested = questions_in(criterion.rule) if criterion.rule else ()
    names = [name for question_id in tested for name in _telling(question_id, facts)]
    bank = [facts.bank[name] for name in dict.fromkeys(names)]
    quoted = [one for one in bank if one.computed or one.id in facts.answers] or bank
    # One number, choice or date explains itself beside the criterion; a bare yes, or one quote of several, does not.
    plain = len(quoted) == 1 and kind_of(quoted[0]).explains_itself
    return tuple(dict.fromkeys((said if plain else asked_and_said)(question, facts) for question in quoted))


def _telling(question_id: str, facts: Facts) -> tuple[str, ...]:
    """Return the question, or where it does not apply those whose answers say so."""
    if facts.applies(question_id) is Truth.FALSE:
        return facts.bank.reached_from((question_id,))[:-1]
    return (question_id,)
