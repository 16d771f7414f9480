"""A visitor whom seven of the shipped trials may fit, of three it is not clear yet, and thirteen do not fit now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.web.visitor import SETTLED

Sent = Mapping[str, Any]

SEVEN_FIT: Mapping[str, Sent] = {
    **{name: {"answer": answer} for name, answer in SETTLED.items()},
    "age": {"answer": "46"},
    "sex_at_birth": {"answer": "male"},
    "pain_site": {"answer": "leg_more"},
    "leg_reach": {"answer": "foot"},
    "leg_side": {"answer": "left"},
    "back_pain_score": {"answer": "4"},
    "leg_pain_score": {"answer": "7"},
    "pain_duration": {"answer": "9", "unit": "wk"},
    "leg_pain_duration": {"answer": "29", "unit": "wk"},
    "scan": {"answer": ["mri"]},
    "findings": {"answer": ["herniation", "nerve_root"]},
    "procedures": {"answer": "none"},
    "treatments_tried": {"answer": ["physio", "nsaid"]},
    "treatment_length": {"answer": "9", "unit": "wk"},
    "medicines": {"answer": "none"},
    "health_areas": {"answer": "none"},
    "circumstances": {"answer": "none"},
    "weight_kg": {"answer": "81"},
}
"""What the forms of the questions send."""
