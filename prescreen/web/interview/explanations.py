"""What the answers mean for each trial, as the pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Assessment, Determination, Finding, assess, shown_group
from prescreen.eligibility.assessment.outlook import fits_from
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
    """One criterion as the visitor reads it: its text, its truth, and the answers."""

    criterion: Criterion
    permits: Truth
    sign: str
    verdict: str
    quotes: tuple[str, ...]
    later: bool = False
    """Whether it is hidden until the questions are over."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial as the results page shows it; from `fits_from` on, time alone removes what stands in the way."""

    trial: Trial
    assessment: Assessment
    reasons: tuple[Reason, ...]
    takes_leads: bool
    fits_from: date | None
    over: bool = False
    """Whether the questions are over, so that everything may be shown."""

    @property
    def still_to_check(self) -> tuple[Criterion, ...]:
        """Return the criteria that only the team can check, as far as they may be shown now."""
        return tuple(one for one in self.trial.still_to_check if self.over or one.show is not Show.END)

    @property
    def group(self) -> Determination:
        """The group it is shown in."""
        return shown_group(self.trial, self.assessment.determination)

    def with_permits(self, *permits: str) -> tuple[Reason, ...]:
        """Return the reasons of these truths: `true`, `false`, `unknown`."""
        return tuple(reason for reason in self.reasons if reason.permits.value in permits)


def results(catalog: Catalog, trials: Iterable[Trial], facts: Facts, *, over: bool) -> list[TrialResult]:
    """Judge those trials whose reasons are shown, one by one; which group each is in is known before."""
    return [result(catalog, trial, facts, over=over) for trial in trials]


def result(catalog: Catalog, trial: Trial, facts: Facts, *, over: bool = False) -> TrialResult:
    """Judge one trial. Until the questions are `over`, what its author withholds until then is withheld."""
    assessment = assess(trial, facts)
    reasons = _reasons(assessment, facts, over=over)
    day = fits_from(trial, facts) if assessment.determination is Determination.INELIGIBLE else None
    return TrialResult(trial, assessment, reasons, catalog.takes_leads(trial, facts.on), day, over)


def _reasons(assessment: Assessment, facts: Facts, *, over: bool) -> tuple[Reason, ...]:
    kept_back = [one.criterion for one in assessment.findings if one.criterion.show is Show.END and not over]
    # Where nothing else forbids, the trial's own "no" already reveals it.
    alone = all(finding.criterion in kept_back for finding in assessment.blockers)
    return tuple(
        _withheld_reason(finding, forbids=alone and finding.permits is Truth.FALSE)
        if finding.criterion in kept_back
        else _reason(finding, facts)
        for finding in assessment.findings
    )


def _withheld_reason(finding: Finding, *, forbids: bool) -> Reason:
    """Return what may be said of a criterion before the questions are over: only that there is one."""
    unnamed = Text({language(): _("A point that we show when the questions are over")})
    criterion, permits = replace(finding.criterion, public_text=unnamed), Truth.FALSE if forbids else Truth.UNKNOWN
    verdict = _VERDICTS[criterion.kind, permits] if forbids else _("It is one of the last things we tell you.")
    return Reason(criterion, permits, _SIGNS[permits], str(verdict), (), later=True)


def _reason(finding: Finding, facts: Facts) -> Reason:
    criterion, permits = finding.criterion, finding.permits
    verdict = _VERDICTS.get((criterion.kind, permits), _UNDECIDED)
    return Reason(criterion, permits, _SIGNS[permits], str(verdict), _quotes(criterion, facts))


def _quotes(criterion: Criterion, facts: Facts) -> tuple[str, ...]:
    """Return the person's answer to every question that the criterion tests and that applies to them."""
    tested = questions_in(criterion.rule) if criterion.rule else ()
    names = [name for question_id in tested for name in _explaining_questions(question_id, facts)]
    bank = [facts.bank[name] for name in dict.fromkeys(names)]
    quoted = [one for one in bank if one.computed or one.id in facts.answers] or bank
    # One number, choice or date explains itself beside the criterion; a bare yes, or one quote of several, does not.
    plain = len(quoted) == 1 and kind_of(quoted[0]).explains_itself
    return tuple(dict.fromkeys((said if plain else asked_and_said)(question, facts) for question in quoted))


def _explaining_questions(question_id: str, facts: Facts) -> tuple[str, ...]:
    """Return the question or, where it does not apply, the questions whose answers say so."""
    if facts.applies(question_id) is Truth.FALSE:
        return facts.bank.reached_from((question_id,))[:-1]
    return (question_id,)
