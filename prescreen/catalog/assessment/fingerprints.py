"""Fingerprints: short names of exact content, by which evidence is matched to what was shown."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from prescreen.catalog.assessment.wire_names import CLASS_KEY, CLASS_NAMES, FIELD_NAMES, LEFT_OUT_EMPTY
from prescreen.eligibility.criteria.kinds.registry import is_value_type
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial

ENGINE_VERSION = "1"
"""Increase it when the meaning of a rule changes; every stored finding names the engine version that made it."""


def canonical(value: object) -> Any:
    """Return a value of the domain as JSON-ready data: equal values give equal data, and sets are sorted.

    A field that is None is left out, so that a field added to the format later changes no fingerprint. Raise TypeError
    for an instance of a class that has no wire name.
    """
    kind = type(value)
    writer = _KNOWN.get(kind)
    if writer is None:
        writer = _KNOWN[kind] = _writer(kind)
    return writer(value)


Writer = Callable[[Any], Any]
_KNOWN: dict[type, Writer] = {}


def _writer(kind: type) -> Writer:
    """Return what writes the instances of a class."""
    if is_dataclass(kind):
        return str if is_value_type(kind) else _by_name(kind)
    for base, writer in _WRITERS.items():
        if issubclass(kind, base):
            return writer
    return _as_it_is


def _by_name(kind: type) -> Writer:
    if kind not in CLASS_NAMES:
        raise TypeError(f"{kind.__name__} has no name in wire_names; give it one before it is written")
    name, fields = CLASS_NAMES[kind], tuple(FIELD_NAMES[kind].items())
    optional = LEFT_OUT_EMPTY.get(kind, frozenset())

    def written(value: object) -> dict[str, Any]:
        found = {CLASS_KEY: name}
        for attribute, key in fields:
            one = getattr(value, attribute)
            if one is not None and (one or attribute not in optional):
                found[key] = canonical(one)
        return found

    return written


def _as_it_is(value: Any) -> Any:
    return value


_WRITERS: Mapping[type, Writer] = {
    Enum: lambda value: value.value,
    Fraction: str,
    date: str,
    Mapping: lambda value: {str(key): canonical(one) for key, one in value.items()},
    frozenset: lambda value: [canonical(one) for one in sorted(value)],
    tuple: lambda value: [canonical(one) for one in value],
    list: lambda value: [canonical(one) for one in value],
}


_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def written(value: object) -> str:
    """Return the canonical text of a value, as kept in evidence."""
    return _JSON.encode(canonical(value))


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
