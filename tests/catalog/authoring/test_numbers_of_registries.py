"""Numbers in words of registries: in the rule wherever that rules out nobody wrongly, each beside its trap."""

import pytest

from prescreen.eligibility.interpretation.interpreting import Interpretation, interpret
from tests.catalog.authoring.words import excluded, included, rule_of, shipped_vocabulary

BACK = frozenset({"low-back-pain"})
SITE = "pain_site: [back_only, back_more, equal, leg_more]"
LEG = "leg_reach: [buttock, thigh, calf, foot]"
DISC = "any: [{scan: {none_of: [mri]}}, {findings: {any_of: [herniation, bulge, nerve_root, nerve_pressed]}}]"
TRIED = (
    "treatments_tried: {any_of: [physio, nsaid, paracetamol, prescribed, muscle_relaxant, manual, acupuncture, other]}"
)


def read(words: str) -> Interpretation:
    """Return what a criterion comes to: `+` before an inclusion, `-` before an exclusion."""
    criterion = included(words[2:]) if words[0] == "+" else excluded(words[2:])
    return interpret(criterion, shipped_vocabulary(), BACK)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        # How long it has lasted, behind a clause that cannot last itself, or behind a verb.
        ("+ Low back pain of mechanical origin for at least 4 months", f"{SITE}\npain_duration: {{min: 4 mo}}"),
        ("+ Low back pain as their main complaint for more than 6 weeks", f"{SITE}\npain_duration: {{above: 6 wk}}"),
        ("+ Low back pain for at least 4 months before enrollment", f"{SITE}\npain_duration: {{min: 4 mo}}"),
        ("+ Low back pain requiring opioids for at least 4 months", SITE),
        (
            "+ Sciatica that came after a fall and lasts for at least 4 months",
            f"{LEG}\nleg_pain_duration: {{min: 4 mo}}",
        ),
        ("+ Sciatica that came after a fall and rest for at least 4 months", LEG),
        ("+ Herniated disc symptoms for at least 4 weeks", f"{DISC}\npain_duration: {{min: 4 wk}}"),
        ("+ Lumbar disc herniation, up to 5 months from onset of symptoms", f"{DISC}\npain_duration: {{max: 5 mo}}"),
        ("+ Lumbar disc herniation, up to 5 months from surgery", DISC),
        # A spell of what comes and goes has no such length.
        ("+ Chronic low back pain for more than 4 months", f"{SITE}\npain_duration: {{above: 4 mo}}"),
        ("+ Recurrent low back pain for more than 4 months", SITE),
        # How long it was treated in vain.
        (
            "+ Low back pain that has failed a minimum of 4 months of conservative (non-operative) treatment",
            f"{SITE}\n{TRIED}\ntreatment_length: {{min: 4 mo}}",
        ),
        (
            "+ Failed conservative care for sciatic pain given for at least 4 weeks",
            f"{TRIED}\ntreatment_length: {{min: 4 wk}}",
        ),
        ("+ Low back pain that responded to 4 months of conservative treatment", SITE),
        # How strong it is.
        ("+ Low back pain (\u2265 5 NRS pain)", f"{SITE}\nback_pain_score: {{min: 5}}"),
        ("+ Mean sciatic pain NRS of 4 or higher during the preceding 4 days", "leg_pain_score: {min: 4}"),
        (
            "+ Pain intensity of numeric rating scale (NRS) \u2265 4",
            "any: [{back_pain_score: {min: 4}}, {leg_pain_score: {min: 4}}]",
        ),
    ],
)
def test_an_inclusion_keeps_the_numbers_that_all_must_meet(words: str, rule: str) -> None:
    assert read(words).rule == rule_of(rule)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (
            "- Malignancy, radiotherapy, or chemotherapy in the last 3 years",
            "any: [{cancer_history: now}, {cancer_history: past, cancer_free_time: {max: 3 a}}]",
        ),
        ("- Malignancy", "cancer_history: now"),
        ("- Planning to become pregnant in the next 12 months", "pregnancy: {any_of: [planning]}"),
        (
            "- Planning to become pregnant within 2 years following the study procedure",
            "pregnancy: {any_of: [planning]}",
        ),
        ("- Planning to become pregnant in the next 3 months", None),
        ("- Women who are or wish to become pregnant", "pregnancy: {any_of: [pregnant, planning]}"),
        ("- Women who are or wish to become pregnant within the next 3 months", "pregnancy: {any_of: [pregnant]}"),
        (
            "- Have stopped smoking less than 4 weeks ago",
            "habits: {any_of: [stopped_smoking]}\nsmoking_time: {below: 4 wk}",
        ),
        (
            "- Spinal surgery, migration of disc material, body mass index > 35",
            "any: [{procedures: {any_of: [low_back_operation, other_spine_operation]}}, {bmi: {above: 35}}]",
        ),
        # Who takes a drug that is tested may be in no study of it, and who is in one may take a placebo.
        ("- Took an experimental drug within 30 days of screening", None),
        ("- Leg pain that lasts for at least 4 months", None),
    ],
)
def test_an_exclusion_keeps_the_numbers_that_surely_keep_out(words: str, rule: str | None) -> None:
    assert read(words).rule == (None if rule is None else rule_of(rule))
