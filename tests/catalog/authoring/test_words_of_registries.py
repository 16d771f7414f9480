"""What words of registries come to with the shipped vocabulary: the right rule, a true part, or none."""

from __future__ import annotations

import pytest

from prescreen.eligibility.interpretation.interpreting import Interpretation, interpret
from tests.catalog.authoring.words import excluded, included, rule_of, shipped_vocabulary

BACK = frozenset({"low-back-pain"})


def read(words: str) -> Interpretation:
    """Return what a criterion comes to: `+` before an inclusion, `-` before an exclusion."""
    criterion = included(words[2:]) if words[0] == "+" else excluded(words[2:])
    return interpret(criterion, shipped_vocabulary(), BACK)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("- Pregnancy", "pregnancy: {any_of: [pregnant]}"),
        ("- Possible pregnancy.", "pregnancy: {any_of: [pregnant, maybe_pregnant]}"),
        ("- Pregnant or lactating women", "pregnancy: {any_of: [pregnant, breastfeeding]}"),
        ("- Osteopenia/Osteoporosis", "bone_joint_conditions: {any_of: [osteopenia, osteoporosis]}"),
        ("- Dementia or other cognitive impairment", "nerve_conditions: {any_of: [dementia]}"),
        ("- Spondylolisthesis grade III or IV", "slip_grade: grade_3_4"),
        ("- History of spinal surgery", "procedures: {any_of: [low_back_operation, other_spine_operation]}"),
        ("- Previous lumbar surgery", "procedures: {any_of: [low_back_operation]}"),
        ("- Bleeding disorders", "bleeding: {any_of: [bleeds_inherited, bleeds_other]}"),
        ("- Has BMI ≥30", "bmi: {min: 30}"),
        ("- morbidly obese, defined as a body mass index (BMI) greater than 45", "bmi: {above: 45}"),
        ("- osteoporosis, osteopenia or both", "bone_joint_conditions: {any_of: [osteopenia, osteoporosis]}"),
        ("- Age < 18 and > 70", "any: [{age: {below: 18}}, {age: {above: 70}}]"),
        ("- BMI less than 20 or greater than 50", "any: [{bmi: {below: 20}}, {bmi: {above: 50}}]"),
        ("+ Male or female subjects at least 18 years or older.", "age: {min: 18}"),
        ("- Pregnant and lactating women", "pregnancy: {any_of: [pregnant, breastfeeding]}"),
        ("- Currently incarcerated", "circumstances: {any_of: [prison]}"),
        ("- belonephobia", "circumstances: {any_of: [needle_fear]}"),
        ("+ Duration of symptoms: 6 or more weeks.", "pain_duration: {min: 6 wk}"),
        ("+ Pain lasting >3 months", "pain_duration: {above: 3 mo}"),
        ("+ VAS leg pain of at least 40/100 at baseline.", "leg_pain_score: {min: 4}"),
        ("+ Low back pain intensity of at least 4/10 in the past week", "back_pain_score: {min: 4}"),
        ("- Spondylolisthesis greater than grade 2", "slip_grade: grade_3_4"),
        ("+ Non-pregnant", "not: {pregnancy: {any_of: [pregnant]}}"),
        (
            "+ No previous history of spinal surgery.",
            "not: {procedures: {any_of: [low_back_operation, other_spine_operation]}}",
        ),
        ("+ Female patients must have a negative pregnancy test", "not: {pregnancy: {any_of: [pregnant]}}"),
    ],
)
def test_words_that_the_bank_asks_are_exact(words: str, rule: str) -> None:
    found = read(words)

    assert found.rule == rule_of(rule)
    assert found.is_exact


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("- Patients with gout, lupus and asthma", "bone_joint_conditions: {any_of: [gout, lupus]}"),
        ("- History of alcohol or drug abuse", "habits: {any_of: [substance]}"),
        ("- Alcohol or drug abuse within the last year", "substance_use: [under_6_months, now]"),
        ("- Substance abuse", "substance_use: now"),
        ("- Opioids within 30 days", "opioid_use: [last_week, daily]"),
        ("- Currently taking opioids", "opioid_use: daily"),
        (
            "- History of malignancy within past 2 years",
            "any: [{cancer_history: now}, {cancer_history: past, cancer_free_time: {max: 2 a}}]",
        ),
        ("- Active malignancy (except for basal cell carcinoma of the skin)", "cancer_history: now"),
        ("- Prior back surgery", "procedures: {any_of: [low_back_operation]}"),
        ("- cervical or lumbar surgery", "procedures: {any_of: [low_back_operation]}"),
        ("- Spinal fusion", "spine_surgery: {any_of: [fusion]}"),
        ("- Contraindication to MRI", "implants: {any_of: [metal]}"),
        ("- Patient participating in an interventional study", "treatment_study: now"),
        ("- Unable to read or speak English", "circumstances: {any_of: [no_english, cannot_read]}"),
        ("+ Ability to read and write in English or Spanish", "not: {circumstances: {any_of: [cannot_read]}}"),
        ("- Any contraindication to codeine, paracetamol or ibuprofen", "allergies: {any_of: [nsaid, paracetamol]}"),
        (
            "- Allergy to iodine or to any of the components of Xylocaine",
            "allergies: {any_of: [iodine, local_anesthetic]}",
        ),
        ("- Metabolic bone disease", "bone_joint_conditions: {any_of: [osteoporosis]}"),
        ("- Serious mental illness", "mental_health: {any_of: [psychosis]}"),
        ("- Immunologically suppressed patients", "medicines: {any_of: [immunosuppressant]}"),
        ("- Recent history of violent trauma", "warning_signs: {any_of: [unchecked_injury]}"),
        (
            "- Inability to walk independently (use of walking aids is allowed)",
            "circumstances: {any_of: [cannot_walk, walks_with_help]}",
        ),
        ("- Axial back pain only (no radicular symptoms)", "pain_site: back_only\nleg_reach: none"),
        ("- Receipt of corticosteroids within 1 month", "steroid_use: [last_month, now, long_term]"),
        (
            "+ No contraindication to local anesthetics or regional procedures",
            "not: {allergies: {any_of: [local_anesthetic]}}",
        ),
        (
            "+ Currently receiving codeine/paracetamol up to a maximum of 120 mg or tramadol",
            "medicines: {any_of: [opioid]}",
        ),
        (
            "+ Able to comply with the protocol, including diaries, required follow-up visits",
            "not: {circumstances: {any_of: [cannot_visit]}}",
        ),
        ("+ Currently taking opioids for low back pain", "medicines: {any_of: [opioid]}"),
        ("+ Persistent leg pain after lumbar surgery", "procedures: {any_of: [low_back_operation]}"),
        (
            "+ Pain between the 12th rib and the gluteal folds",
            "pain_site: [back_only, back_more, equal, leg_more, leg_only]",
        ),
        (
            "- Workers' compensation claim related to back pain or pending litigation",
            "circumstances: {any_of: [workers_comp, back_lawsuit, health_lawsuit]}",
        ),
        ("+ Postpartum women with pain", "not: {sex_at_birth: male}"),
        (
            "+ Meeting the diagnostic criteria for failed back surgery syndrome",
            "procedures: {any_of: [low_back_operation]}",
        ),
        ("+ Have failed 3 months of conservative care", None),
        (
            "+ Diagnosed with lumbar disc herniation",
            "any: [{scan: {none_of: [mri]}}, {findings: {any_of: [herniation, bulge, nerve_root, nerve_pressed]}}]",
        ),
    ],
)
def test_words_that_the_bank_asks_in_part_are_a_part(words: str, rule: str | None) -> None:
    found = read(words)

    assert found.rule is not None
    assert rule is None or found.rule == rule_of(rule)
    assert found.is_exact is (rule is None)


@pytest.mark.parametrize(
    "words",
    [
        "+ Lumbar fusion",
        "+ Candidate for lumbar surgery",
        "+ No contraindication such as pregnancy",
        "+ surgery longer than 2 hours",
        "+ Non pain medications are permitted as needed for conditions such as hypertension, diabetes etc.",
        "+ Women must be non-pregnant, non-lactating, or sterilized, or postmenopausal.",
        "+ Patients with disc degeneration for spondylolisthesis, herniated intervertebral disc, and other causes",
        "+ Any male subject must agree to use contraceptives",
        "- No known diagnosis of osteoporosis or rheumatoid arthritis",
        "- Not undergone previous spinal surgery",
        "- Has not had 8 weeks of care",
        "- Prior surgery (needle removal elsewhere allowed)",
        "- Cancer, except cured for 4 years",
        "- blood thinner that cannot be stopped",
        "- ibuprofen within 48 hours before surgery",
        "- Family history of rheumatoid arthritis",
        "- Severe osteoporosis",
        "- Active rheumatoid arthritis",
        "- Pregnancy test refused",
        "- Planning to become pregnant during the study",
        "- received steroids >1 month over the past year",
        "- Has arthritis, bone spurs, stenosis, fusions, or implants near the treatment area.",
        "- Current alcohol intake",
        "- History of spinal surgery or previous infiltration therapy on the currently painful segment",
        "+ Age 18 to 65 for women and 18 to 70 for men",
        "+ Low back pain, neck pain or both",
        "+ No more than one previous lumbar surgery",
        "+ A lumbar surgery candidate",
        "- No lumbar surgery within 6 months",
        "- Hypersensitivity to ibuprofen",
        "+ Low back pain in the past week",
        "+ Low back pain intensity of at least 4/10 in the past month",
        "- Opioid use",
        "- Allergy to eggs, steroids within 3 months",
        "- Severe metabolic bone disease",
        "- Severe mental illness",
        "- Family history of metabolic bone disease",
        "- Immunosuppressive agents within 1 month",
        "- Recent trauma of the knee",
        "- Inability to walk independently (after surgery)",
        "- Axial back pain only (at rest)",
        "- Non-English speaking patients",
        "- Planned use of an investigational drug",
        "- Use of an investigational drug within 30 days before surgery",
        "+ Willing to stop taking tramadol",
        "+ Will not participate in another clinical investigation during this one",
        "+ Candidate for discectomy",
        "+ Diagnostic criteria for failed back surgery syndrome are not met",
        "+ Failure of epidural steroid injection, facet injection or surgery",
    ],
)
def test_words_that_no_question_can_bound_have_no_rule(words: str) -> None:
    assert read(words).rule is None


def test_a_place_named_first_is_meant_of_what_follows_in_a_list() -> None:
    found = read("- Patients with spinal tumor, infection, tuberculosis and other diseases")

    assert "infections" not in repr(found.rule)


def test_somebody_who_still_smokes_smoked_within_the_window() -> None:
    rule = rule_of(
        "any: [{habits: {any_of: [smoke]}}, {habits: {any_of: [stopped_smoking]}, smoking_time: {max: 6 wk}}]"
    )

    assert read("- smoking within the past 6 weeks").rule == rule


@pytest.mark.parametrize(
    "words",
    ["- Physical or mental conditions", "- Instrumented fusion", "- Medical or psychiatric disorder"],
)
def test_words_that_stand_for_what_a_doctor_finds_or_does_keep_nobody_out(words: str) -> None:
    assert read(words).rule is None


@pytest.mark.parametrize(
    ("others", "is_read"),
    [
        ([], True),
        (["Sciatica", "Low back pain and leg pain"], True),
        (["Osteoarthritis, Knee"], False),
        (["low back pain or neck pain"], False),
    ],
)
@pytest.mark.parametrize("words", ["+ Pain intensity >4 on a numerical rating scale", "+ Pain lasting >3 months"])
def test_bare_words_for_pain_are_of_the_back_only_where_no_other_place_is_named(
    words: str, others: list[str], is_read: bool
) -> None:
    subjects = shipped_vocabulary().subjects(BACK, others)

    found = interpret(included(words[2:]), shipped_vocabulary(), subjects)

    assert (found.rule is not None) is is_read
