"""Fingerprints: short names of exact content, by which evidence is matched to what was shown."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from prescreen.catalog.assessment.wire_names import CLASS_KEY, CLASS_NAMES, FIELD_NAMES
from prescreen.eligibility.criteria.kinds.registry import is_value
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial

ENGINE_VERSION = "1"
"""Increase it when the meaning of a rule changes; every stored finding names the engine version that made it."""


def canonical(value: object) -> Any:
    """Return a value of the domain as JSON-ready data: equal values give equal data, and sets are sorted.

    A field that is None is left out, so that a field added to the format later changes no fingerprint. Raise TypeError
    for an instance of a class that has no wire name.
    """
    if is_dataclass(value) and not is_value(value):
        return _written_by_name(value)
    match value:
        case Enum():
            return value.value
        case Fraction() | date():
            return str(value)
        case Mapping():
            return {str(key): canonical(item) for key, item in value.items()}
        case tuple() | list() | frozenset():
            return [canonical(item) for item in (sorted(value) if isinstance(value, frozenset) else value)]
        case _:
            return str(value) if is_dataclass(value) else value


def _written_by_name(value: object) -> dict[str, Any]:
    if type(value) not in CLASS_NAMES:
        raise TypeError(f"{type(value).__name__} has no name in wire_names; give it one before it is written")
    fields = ((name, getattr(value, field)) for field, name in FIELD_NAMES[type(value)].items())
    return {CLASS_KEY: CLASS_NAMES[type(value)], **{name: canonical(one) for name, one in fields if one is not None}}


def written(value: object) -> str:
    """Return the canonical text of a value, as kept in evidence."""
    return json.dumps(canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(value: object) -> str:
    """Return the SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(written(value).encode()).hexdigest()


def trial_evidence(trial: Trial, bank: QuestionBank) -> str:
    """Return all that a determination depends on as text: the trial, its questions and the engine version."""
    questions = [bank[question_id] for question_id in trial.questions(bank)]
    return written({"engine": ENGINE_VERSION, "trial": trial, "questions": questions})


def evidence_fingerprint(evidence: str) -> str:
    """Return the fingerprint by which evidence is stored."""
    return hashlib.sha256(evidence.encode()).hexdigest()
