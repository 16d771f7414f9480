"""The numbers of the shipped options in REDCap, as projects have stored them: none is changed or given to another."""

from datetime import date

import pytest

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.catalog.redcap import BankCodes
from prescreen.config import SHIPPED_CRITERIA

# By hand: the options of each question by their numbers, from 1. What is added later need not stand here.
NUMBERED = {
    "cauda_equina_signs": "saddle_numbness bladder bowel legs_failing none",
    "warning_signs": "both_legs new_weakness fever weight_loss major_injury none",
    "cancer_history": "never skin_only past now",
    "sex_at_birth": "female male intersex",
    "pregnancy": "pregnant maybe_pregnant planning breastfeeding none",
    "birth_control": "willing not_needed unwilling",
    "pain_site": "back_only back_more equal leg_more leg_only neither",
    "leg_reach": "none buttock thigh calf foot",
    "leg_side": "left right both",
    "diagnosis": "disc_herniation disc_wear nerve_root stenosis slipped_vertebra facet_joint none",
    "spine_conditions": "fracture_now fracture_past infection_now infection_past tumor curve birth_defect none",
    "scan": "mri ct xray none",
    "scan_result": "herniation bulge nerve_pressed disc_wear narrowing slipped_vertebra modic none",
    "affected_discs": "one two_or_three four_or_more",
    "disc_level": "l1_l2 l2_l3 l3_l4 l4_l5 l5_s1 l5_l6 none",
    "spine_surgery": "disc_removal decompression fusion disc_replacement other_lower neck_upper none",
    "planned_treatment": "disc_removal decompression fusion other_surgery nerve_block none",
    "injections": "epidural facet radiofrequency disc prp_cells other none",
    "treatments_tried": "physio nsaid paracetamol muscle_relaxant manual acupuncture none",
    "recent_care": "acupuncture chiropractic device none",
    "medicines": (
        "nsaid paracetamol muscle_relaxant nerve_pain psychotropic immunosuppressant bone_medicine cannabis none"
    ),
    "opioid_use": "not_recent last_month last_week daily",
    "steroid_use": "not_recent last_month now long_term",
    "allergies": "local_anesthetic steroid iodine nsaid paracetamol none",
    "diabetes": "none no_insulin insulin",
    "heart_conditions": "heart_attack heart_disease high_pressure_treated high_pressure leg_arteries blood_clot none",
    "organ_conditions": "lungs kidneys liver gut thyroid hormones blood_cells skin none",
    "nerve_conditions": "stroke seizures dementia neuropathy migraine brain_injury other none",
    "bone_joint_conditions": (
        "inflammatory_arthritis autoimmune gout osteoarthritis thin_bones other_bone muscle_pain loose_joints "
        "leg_limit other_pain none"
    ),
    "infections": "active back_skin skin_pain hiv none",
    "bleeding": "disorder anticoagulant antiplatelet none",
    "implants": "pacemaker stimulator metal claustrophobia none",
    "mental_health": "depression anxiety bipolar psychosis other none",
    "substance_use": "never over_6_months under_6_months now",
    "smoking": "never past now",
    "trial_history": "never past now",
    "legal_claim": "workers_comp lawsuit none",
    "abilities": "walk stand visits phone none",
    "languages": "english spanish french german portuguese polish turkish arabic urdu chinese korean other none",
    "special_situations": "guardian prison staff_family none",
    "practical_limits": "motion_sickness needle_fear hearing_sight none",
}


@pytest.fixture(scope="module")
def codes() -> BankCodes:
    return load_to_judge(SHIPPED_CRITERIA, date(2026, 11, 29)).redcap_codes


@pytest.mark.parametrize("name", NUMBERED)
def test_a_shipped_option_keeps_its_number(codes: BankCodes, name: str) -> None:
    numbered = {option: number for number, option in enumerate(NUMBERED[name].split(), start=1)}

    assert {option: codes[name][option] for option in numbered} == numbered


def test_some_other_operation_has_not_the_id_that_said_no_operation() -> None:
    options = load_to_judge(SHIPPED_CRITERIA, date(2026, 11, 29)).bank["spine_surgery"].option_ids

    assert "other_lower" in options
    assert "none" not in options
