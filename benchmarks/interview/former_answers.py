"""The same people as the bank before the areas and merged lists asked for them: which determinations changed since?

A module of its own, since it is needed only as long as that earlier folder is compared.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from prescreen.eligibility.criteria.rules import Value

_Said = Mapping[str, Value]
_NONE = frozenset({"none"})


def former_answers(said: _Said) -> Mapping[str, Value]:
    """Return what the former questions would have been answered by a person with these answers."""
    return {
        **{name: value for name, value in said.items() if name in _SAME},
        **_findings(said),
        **_care(said),
        **_health(said),
        **_life(said),
    }


_SAME = (
    *("diagnosed", "taken_medication", "cancer_history", "age", "sex_at_birth", "height_cm", "weight_kg"),
    *("pain_site", "leg_reach", "leg_side", "back_pain_score", "leg_pain_score", "pain_duration", "leg_pain_duration"),
    *("disc_level", "surgery_time", "surgery_same_level", "injection_time", "treatment_length", "cancer_free_time"),
)


def _ticks(said: _Said, name: str) -> frozenset[str]:
    value = said.get(name)
    return value if isinstance(value, frozenset) else frozenset()


def _renamed(ticks: Iterable[str], names: Mapping[str, str]) -> frozenset[str]:
    """Return the former options of some ticks; those without one fall away."""
    return frozenset(names[one] for one in ticks if one in names) or _NONE


def _kept(*options: str) -> dict[str, str]:
    return {one: one for one in options}


def _if(is_open: bool, ticks: frozenset[str], names: Mapping[str, str]) -> frozenset[str]:
    return _renamed(ticks, names) if is_open else _NONE


def _findings(said: _Said) -> dict[str, Value]:
    found, scans = _ticks(said, "findings"), _ticks(said, "scan")
    doctor = {"herniation": "disc_herniation", "stenosis": "stenosis"}
    scanned = {"stenosis": "narrowing", "foraminal": "narrowing"}
    both = _kept("disc_wear", "slipped_vertebra")
    known: dict[str, Value] = {"scan": scans, "mri_time": Fraction(90)}
    if "findings" in said:
        known["diagnosis"] = _renamed(found, {**doctor, **both, **_kept("nerve_root", "facet_joint")})
        known["scan_result"] = _renamed(found, {**scanned, **both, **_kept("herniation", "bulge", "nerve_pressed")})
    many = {"one": 1, "two_or_three": 3}
    levels = len(_ticks(said, "disc_level"))
    known["affected_discs"] = next((name for name, most in many.items() if levels <= most), "four_or_more")
    signs = {**_kept("saddle_numbness", "bladder", "bowel"), "both_legs_new": "legs_failing"}
    known["cauda_equina_signs"] = _renamed(_ticks(said, "cauda_equina_signs"), signs)
    warnings = _kept("new_weakness", "fever", "weight_loss", "major_injury")
    other = {"unchecked_injury": "major_injury", "both_legs_old": "both_legs"}
    return {**known, "warning_signs": _renamed(_ticks(said, "warning_signs"), {**warnings, **other})}


def _care(said: _Said) -> dict[str, Value]:
    had, medicines = _ticks(said, "procedures"), _ticks(said, "medicines")
    operations = _kept("disc_removal", "fusion", "disc_replacement", "other_lower")
    low = _if("low_back_operation" in had, _ticks(said, "spine_surgery"), operations) - _NONE
    neck = frozenset({"neck_upper"}) if "other_spine_operation" in had else frozenset[str]()
    planned = _kept("disc_removal", "fusion", "other_surgery", "nerve_block")
    shots = {**_kept("epidural", "facet", "radiofrequency", "disc", "prp_cells", "other"), "nerve_block": "epidural"}
    tried = _kept("physio", "nsaid", "paracetamol", "muscle_relaxant", "manual", "acupuncture")
    steroid = said.get("steroid_use") if "steroid" in medicines else "not_recent"
    taken = _kept("nsaid", "psychotropic", "immunosuppressant", "bone_medicine", "cannabis")
    return {
        "spine_surgery": low | neck or _NONE,
        "planned_treatment": _if("advised" in had, _ticks(said, "planned_treatment"), planned),
        "injections": _if("shot" in had, _ticks(said, "injections"), shots),
        "treatments_tried": _renamed(_ticks(said, "treatments_tried"), tried),
        "recent_care": _renamed(medicines, _kept("acupuncture", "chiropractic")),
        "medicines": _renamed(medicines, taken),
        "opioid_use": said["opioid_use"] if "opioid" in medicines else "not_recent",
        "steroid_use": "not_recent" if steroid == "over_4_weeks" or steroid is None else steroid,
    }


def _health(said: _Said) -> dict[str, Value]:
    if "health_areas" not in said:
        return {}
    areas = _ticks(said, "health_areas")
    joints = {"rheumatoid": "inflammatory_arthritis", "spondylitis": "inflammatory_arthritis", "lupus": "autoimmune"}
    bones = {"osteoporosis": "thin_bones", "osteopenia": "thin_bones", "other_autoimmune": "autoimmune"}
    muscles = {"fibromyalgia": "muscle_pain", "myofascial": "muscle_pain"}
    alike = _kept("gout", "osteoarthritis", "loose_joints", "leg_limit", "other_pain")
    skin = {"back_skin_infection": "back_skin", "back_wound": "back_skin", "other_skin_infection": "skin_pain"}
    ill = {"infection": "active", "sudden_illness": "active", "hiv": "hiv"}
    bleeds = {"bleeds_inherited": "disorder", "bleeds_other": "disorder", "clots": "disorder"}
    spine = _kept("fracture_now", "fracture_past", "infection_now", "tumor", "curve", "birth_defect")
    names: Mapping[str, tuple[str, Mapping[str, str]]] = {
        "spine_conditions": ("spine", {**spine, "tb": "infection_past"}),
        "organ_conditions": ("organs", _kept("thyroid", "hormones", "blood_cells")),
        "nerve_conditions": ("nerves", _kept("stroke", "seizures", "dementia", "neuropathy", "other")),
        "bone_joint_conditions": ("bones", {**joints, **bones, **muscles, **alike}),
        "infections": ("infection", {**skin, **ill}),
        "bleeding": ("bleeding", {**bleeds, **_kept("anticoagulant", "antiplatelet")}),
        "implants": ("implants", _kept("pacemaker", "stimulator", "metal", "claustrophobia")),
        "mental_health": ("mental", _kept("depression", "anxiety", "bipolar", "psychosis", "other")),
        "allergies": ("allergy", _kept("local_anesthetic", "steroid", "iodine", "nsaid", "paracetamol")),
    }
    said_of = {name: _if(area in areas, _ticks(said, name), options) for name, (area, options) in names.items()}
    return {
        **said_of,
        "heart_conditions": _renamed(areas, _kept("leg_arteries")),
        "pregnancy": _ticks(said, "pregnancy") if "pregnancy" in areas else _NONE,
        "diabetes": said["diabetes"] if "diabetes" in areas else "none",
    }


def _life(said: _Said) -> dict[str, Value]:
    circumstances = _ticks(said, "circumstances")
    habits = _ticks(said, "habits") if "habits" in _ticks(said, "health_areas") else _NONE
    smoking = "now" if "smoke" in habits else "past" if "stopped_smoking" in habits else "never"
    cannot = {
        "walk": {"cannot_walk", "walks_with_help"},
        "stand": {"cannot_stand", "cannot_walk"},
        "visits": {"cannot_visit"},
        "phone": set[str](),
    }
    claims = {"workers_comp": "workers_comp", "back_lawsuit": "lawsuit", "health_lawsuit": "lawsuit"}
    reads = _NONE if "cannot_read" in circumstances else frozenset({"other"})
    study = said["treatment_study"] if "other_study" in circumstances else "never"
    return {
        "smoking": smoking,
        "smoking_time": said["smoking_time"],
        "alcohol_weekly": said["alcohol_weekly"] if "drinks" in habits else Fraction(2),
        "substance_use": said["substance_use"] if "substance" in habits else "never",
        "birth_control": "unwilling" if "no_birth_control" in circumstances else "willing",
        "legal_claim": _renamed(circumstances, claims),
        "abilities": frozenset(one for one, problems in cannot.items() if not problems & circumstances),
        "languages": reads if {"no_english", "cannot_read"} & circumstances else frozenset({"english"}),
        "special_situations": _renamed(circumstances, _kept("guardian", "prison")),
        "practical_limits": _renamed(circumstances, _kept("hearing_sight", "needle_fear")),
        "trial_history": study,
        "trial_time": said["study_time"],
    }
