"""Values of the domain read back from evidence, by the wire names of classes and fields and the types of these.

What was judged once can so be judged again on another day. A field that is missing takes its default.
"""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any as Anything
from typing import Union, get_args, get_origin, get_type_hints

from prescreen.catalog.assessment.wire_names import CLASS_KEY, CLASS_NAMES, FIELD_NAMES
from prescreen.eligibility.criteria.rules import Rule

_CLASSES = {name: written for written, name in CLASS_NAMES.items()}
_types = cache(get_type_hints)


def read_rule(raw: Mapping[str, Anything]) -> Rule:
    """Read a rule that `fingerprints.canonical` wrote; raise KeyError, TypeError or ValueError for anything else."""
    rule: Rule = _read(Rule, raw)
    return rule


def read_fields(written: type, raw: Mapping[str, Anything]) -> dict[str, Anything]:
    """Read the fields of a class by their names in the code; raise KeyError, TypeError or ValueError for others."""
    types, names = _types(written), FIELD_NAMES[written]
    return {field: _read(types[field], raw[name]) for field, name in names.items() if name in raw}


def _read(wanted: Anything, raw: Anything) -> Anything:
    """Return what was written of a value of a type."""
    origin, parts = get_origin(wanted), [part for part in get_args(wanted) if part is not NoneType]
    if origin in (Union, UnionType):
        return _read(parts[0], raw) if len(parts) == 1 else _instance(parts, raw)
    if origin in (tuple, frozenset):
        return origin(_read(parts[0], one) for one in raw)
    if isinstance(wanted, type) and issubclass(wanted, Enum | Fraction):
        return wanted(raw)
    if wanted is date:
        return date.fromisoformat(raw)
    return _instance([wanted], raw) if wanted in CLASS_NAMES else raw


def _instance(allowed: list[Anything], raw: Mapping[str, Anything]) -> Anything:
    """Return an instance of the class that is named, which must be one of these."""
    written = _CLASSES[raw[CLASS_KEY]]
    if written not in allowed:
        raise ValueError(f"'{raw[CLASS_KEY]}' does not belong here")
    return written(**read_fields(written, raw))
