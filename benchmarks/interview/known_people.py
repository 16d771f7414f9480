"""Twelve made-up people whose interviews are compared from one version of the criteria to the next."""

from collections.abc import Mapping
from fractions import Fraction

from prescreen.eligibility.criteria.rules import Value

_Ticks = frozenset[str]
_WEEK, _MONTH, _YEAR = 7, 30, 365


def known_people() -> Mapping[str, Mapping[str, Value]]:
    """Return the answers of each to all questions, by a description of the person."""
    return {name: {**_HEALTHY, **{key: _value(value) for key, value in said.items()}} for name, said in _SAID.items()}


def _value(said: object) -> Value:
    match said:
        case bool() | str() | frozenset():
            return said
        case set():
            return frozenset(said)
        case int():
            return Fraction(said)
    raise TypeError(f"{said!r} is no answer")


_HEALTHY: Mapping[str, Value] = {
    name: _value(said)
    for name, said in {
        "diagnosed": True,
        "taken_medication": True,
        "cauda_equina_signs": {"none"},
        "warning_signs": {"none"},
        "cancer_history": "never",
        "age": 45,
        "sex_at_birth": "female",
        "height_cm": 168,
        "weight_kg": 68,
        "pregnancy": {"pregnant"},
        "pain_site": "equal",
        "leg_reach": "calf",
        "leg_side": "left",
        "back_pain_score": 6,
        "leg_pain_score": 6,
        "pain_duration": 7 * _MONTH,
        "leg_pain_duration": 11 * _WEEK,
        "scan": {"mri"},
        "findings": {"herniation", "nerve_root"},
        "disc_level": {"l5_s1"},
        "slip_grade": "grade_1",
        "procedures": {"none"},
        "spine_surgery": {"disc_removal"},
        "surgery_time": 4 * _YEAR,
        "surgery_same_level": True,
        "planned_treatment": {"disc_removal"},
        "injections": {"epidural"},
        "epidural_time": 3 * _WEEK,
        "injection_time": 3 * _WEEK,
        "treatments_tried": {"physio", "nsaid", "paracetamol"},
        "treatment_length": 7 * _MONTH,
        "medicines": {"none"},
        "opioid_use": "daily",
        "opioid_strength": {"none"},
        "steroid_use": "long_term",
        "health_areas": {"none"},
        "spine_conditions": {"none"},
        "spine_place": "low_back",
        "curve_degrees": 12,
        "cancer_free_time": 7 * _YEAR,
        "bone_joint_conditions": {"osteoarthritis"},
        "diabetes": "no_insulin",
        "organ_conditions": {"thyroid"},
        "nerve_conditions": {"neuropathy"},
        "mental_health": {"depression"},
        "infections": {"none"},
        "bleeding": {"antiplatelet"},
        "implants": {"none"},
        "allergies": {"none"},
        "habits": {"smoke"},
        "smoking_time": 5 * _WEEK,
        "alcohol_weekly": 10,
        "substance_use": "over_6_months",
        "drug_problem": False,
        "circumstances": {"none"},
        "treatment_study": "past",
        "study_kind": {"drug"},
        "study_time": 2 * _YEAR,
    }.items()
}
"""A woman with a slipped disc proven by MRI, healthy otherwise. The rest is what others would say."""

_ILL = {"bones", "diabetes", "organs", "nerves", "bleeding"}

_SAID: Mapping[str, Mapping[str, object]] = {
    "F45, disc on MRI, healthy": {},
    "the same, operation advised": {"procedures": {"advised"}},
    "M38, back pain, no scan, no cause": {
        "age": 38,
        "sex_at_birth": "male",
        "pain_site": "back_only",
        "leg_reach": "none",
        "scan": {"none"},
        "findings": {"none"},
        "treatments_tried": {"nsaid"},
        "treatment_length": 4 * _WEEK,
    },
    "M52, worn discs, chronic": {
        "age": 52,
        "sex_at_birth": "male",
        "pain_site": "back_more",
        "leg_reach": "thigh",
        "pain_duration": 4 * _YEAR,
        "leg_pain_duration": 4 * _YEAR,
        "findings": {"disc_wear", "bulge"},
        "treatment_length": 3 * _YEAR,
    },
    "F72, stenosis, many illnesses": {
        "age": 72,
        "leg_side": "both",
        "warning_signs": {"both_legs_old"},
        "pain_duration": 6 * _YEAR,
        "leg_pain_duration": 5 * _YEAR,
        "findings": {"stenosis", "facet_joint"},
        "health_areas": _ILL,
    },
    "M33, new sciatica, no scan": {
        "age": 33,
        "sex_at_birth": "male",
        "pain_site": "leg_more",
        "pain_duration": 5 * _WEEK,
        "leg_pain_duration": 5 * _WEEK,
        "scan": {"none"},
        "findings": {"nerve_root"},
        "treatments_tried": {"nsaid"},
        "treatment_length": 3 * _WEEK,
    },
    "F49, pain after surgery": {
        "age": 49,
        "procedures": {"low_back_operation", "shot"},
        "pain_duration": 5 * _YEAR,
        "leg_pain_duration": 5 * _YEAR,
        "treatment_length": 4 * _YEAR,
        "medicines": {"opioid"},
    },
    "M55, knows little": {
        "age": 55,
        "sex_at_birth": "male",
    },
    "F27, never diagnosed": {
        "age": 27,
        "diagnosed": False,
        "pain_site": "back_more",
        "leg_reach": "thigh",
        "scan": {"none"},
        "findings": {"none"},
        "pain_duration": 4 * _MONTH,
        "leg_pain_duration": 4 * _MONTH,
        "treatments_tried": {"nsaid"},
        "treatment_length": 3 * _WEEK,
    },
    "M60, diabetes, smoker, depression": {
        "age": 60,
        "sex_at_birth": "male",
        "health_areas": {"diabetes", "mental", "habits"},
        "medicines": {"psychotropic"},
    },
    "M35, disc, recent shot": {"age": 35, "sex_at_birth": "male", "procedures": {"shot"}},
    "F31, pregnant": {"age": 31, "health_areas": {"pregnancy"}},
}

KNOWS_LITTLE: Mapping[str, _Ticks] = {
    "M55, knows little": frozenset(
        {"findings", "disc_level", "treatment_length", "leg_pain_duration", "height_cm", "weight_kg", "health_areas"}
    )
}
"""The questions to which a person says that they do not know."""
