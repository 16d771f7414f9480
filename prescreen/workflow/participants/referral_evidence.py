"""The evidence of a referral: answers assessed for one site of one trial, and the questions as they were asked.

A question bank changes while answers are kept for years: an option goes, or its id comes to mean something else. Shown
under today's question, such an answer would say what the person never said.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from prescreen.catalog.assessment.evidence import read_evidence
from prescreen.catalog.assessment.fingerprints import evidence_fingerprint
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.cohort_assessment import assess_cohorts, still_to_check
from prescreen.eligibility.assessment.determination import Finding, assess
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import Question, QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.storage import Session
from prescreen.storage.cohort import packed_answers
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import FindingRecord, ReferralWanted, StoredReferral
from prescreen.workflow.participants.data_subject_rights import HeldData


def referral_to(catalog: Catalog, trial: Trial, site: Site, facts: Facts) -> ReferralWanted:
    """Return the referral to a site of a trial, assessed with this catalog."""
    judged = assess(trial, facts)
    cohorts = assess_cohorts(judged, facts)
    of_cohorts = ((finding, one.cohort.id) for one in cohorts for finding in one.findings)
    evidence = catalog.evidence(trial)
    return ReferralWanted(
        trial_id=trial.id,
        site_id=site.id,
        site_name=site.name,
        determination=judged.determination,
        findings=(
            *(finding_record(finding, facts) for finding in judged.findings),
            *(FindingRecord(**finding_record(finding, facts), cohort=cohort) for finding, cohort in of_cohorts),
        ),
        still_to_check=tuple(criterion.id for criterion in still_to_check(trial, cohorts)),
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


def questions_as_asked(session: Session, held: HeldData, bank: QuestionBank) -> Mapping[str, Question]:
    """Return the questions that a person answered, by id, as in the evidence of the oldest referral that uses them.

    The question of an answer that no referral uses is that of the bank, where it still means the same. Left out is one
    that cannot have the answer.
    """
    packed = packed_answers.of_lead(session, held.lead_id)
    alike = answers_of_same_meaning(held.answers, packed, bank) if packed else held.answers
    found = _answerable({name: bank[name] for name in alike if name in bank}, held.answers)
    for one in reversed(held.referrals):
        found |= _answerable(_asked_for(session, one), held.answers) if one.withdrawn_at is None else {}
    return found


def answers_of_same_meaning(given: Answers, packed: bytes, bank: QuestionBank) -> Answers:
    """Return those answers whose questions mean in this bank what they meant when the answers were packed.

    Declined answers are not packed, so that they are left out.
    """
    keys = packed_answers.keys_in(packed)
    return given.only(
        tuple(name for name in given if name in bank and keys.intersection(packed_answers.keys_of(bank[name])))
    )


def without_changed_questions(wanted: ReferralWanted, held: Answers, meant: Answers) -> ReferralWanted:
    """Return a referral that hands over no answer of which the question means something else now.

    `meant` are those of the held answers that were assessed. Its team would read the others under today's question.
    """
    changed = {name for name, one in held.given.items() if name not in meant and not isinstance(one.value, Declined)}
    return replace(wanted, question_ids=tuple(name for name in wanted.question_ids if name not in changed))


def _asked_for(session: Session, referral: StoredReferral) -> dict[str, Question]:
    evidence = read_evidence(referrals.evidence(session, referral.fingerprint) or "")
    return {name: evidence.questions[name] for name in referral.question_ids if name in evidence.questions}


def _answerable(questions: Mapping[str, Question], given: Answers) -> dict[str, Question]:
    """Return those of the questions that can have the answer that was given."""
    answered = ((name, question, given.get(name)) for name, question in questions.items())
    return {name: question for name, question, answer in answered if answer is not None and _is_of(question, answer)}


def _is_of(question: Question, answer: Answer) -> bool:
    if isinstance(answer.value, Declined):
        return True
    try:
        accept(question, answer.value, answer.on)
    except (ValueRefusedError, TypeError):
        return False
    return True
