"""Why an interview may end: what settles each trial, whatever the answers to the other questions would be."""

from dataclasses import dataclass

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.determination import Determination, Finding, assess
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import Interview, open_questions


class StillOpenError(ValueError):
    """Raised for an interview that may not end yet; names a trial and the questions that can still change it."""

    def __init__(self, trial: Trial, questions: frozenset[str]) -> None:
        super().__init__(f"trial '{trial.id}' is still open: it hangs on {', '.join(sorted(questions))}")


@dataclass(frozen=True, slots=True)
class Ending:
    """Why no unanswered question matters to one trial.

    `because` names criteria. Of an ineligible trial, each of them does not permit. Of a potentially eligible trial, all
    permit, and no answer can undo what is known. Of an undetermined trial, none can become forbidding, and at least one
    of these stays unknown whatever is answered, since it depends on the `declined` questions.
    """

    trial: Trial
    determination: Determination
    because: tuple[str, ...]
    declined: tuple[str, ...]


def endings(interview: Interview, facts: Facts) -> tuple[Ending, ...]:
    """Return, for every trial, why no question left to ask can change it. Raise StillOpenError where one can."""
    found = [(trial, ending(trial, facts)) for trial in interview.trials]
    for trial, one in found:
        if one is None:
            raise StillOpenError(trial, open_questions(trial, facts))
    return tuple(one for _, one in found if one is not None)


def ending(trial: Trial, facts: Facts) -> Ending | None:
    """Return why no unanswered question matters to a trial, or None where one does."""
    if open_questions(trial, facts):
        return None
    assessment = assess(trial, facts)
    settling = _settling(assessment.determination, assessment.findings, facts)
    ids = tuple(finding.criterion.id for finding in settling)
    unknown = assessment.determination is Determination.UNDETERMINED
    return Ending(trial, assessment.determination, ids, _declined(settling, facts) if unknown else ())


def _settling(determination: Determination, findings: tuple[Finding, ...], facts: Facts) -> tuple[Finding, ...]:
    if determination is Determination.POTENTIALLY_ELIGIBLE:
        return findings
    if determination is Determination.INELIGIBLE:
        return tuple(finding for finding in findings if finding.permits is Truth.FALSE)
    unknown = tuple(finding for finding in findings if finding.permits is Truth.UNKNOWN)
    # Where no single criterion is stuck, several are together: any answer that lets one permit keeps another unknown.
    return tuple(finding for finding in unknown if _is_stuck(finding, facts)) or unknown


def _is_stuck(finding: Finding, facts: Facts) -> bool:
    rule = finding.criterion.permitting_rule
    return rule is not None and prospect(rule, facts).to_true is None


def _declined(findings: tuple[Finding, ...], facts: Facts) -> tuple[str, ...]:
    rules = [finding.criterion.rule for finding in findings if finding.criterion.rule]
    reached = dict.fromkeys(name for rule in rules for name in facts.bank.reached_from(questions_in(rule)))
    answers = facts.answers.given
    return tuple(name for name in reached if name in answers and isinstance(answers[name].value, Declined))
