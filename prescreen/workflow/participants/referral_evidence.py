"""The evidence of a referral: a person's answers, assessed for one site of one trial."""

from datetime import timedelta

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Finding, assess
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.storage.referrals.referrals import FindingRecord, ReferralWanted


def referral_to(catalog: Catalog, trial: Trial, site: Site, facts: Facts) -> ReferralWanted:
    """Return the referral to a site of a trial, assessed with this catalog."""
    judged = assess(trial, facts)
    evidence = catalog.evidence(trial)
    return ReferralWanted(
        trial_id=trial.id,
        site_id=site.id,
        site_name=site.name,
        determination=judged.determination,
        findings=tuple(finding_record(finding, facts) for finding in judged.findings),
        still_to_check=tuple(criterion.id for criterion in trial.still_to_check),
        fingerprint=evidence_fingerprint(evidence),
        evidence=evidence,
        question_ids=trial.questions(facts.bank),
        reply_within=None if site.reply_within is None else timedelta(days=site.reply_within),
    )


def finding_record(finding: Finding, facts: Facts) -> FindingRecord:
    """Return one finding as it is stored, with the open questions that can still settle it, in the bank's order."""
    rule = finding.criterion.rule
    open_questions = prospect(rule, facts).open_questions if rule is not None else frozenset()
    return FindingRecord(
        criterion=finding.criterion.id,
        kind=finding.criterion.kind.value,
        rule=finding.truth.value,
        permits=finding.permits.value,
        open_questions=[question.id for question in facts.bank if question.id in open_questions],
    )
