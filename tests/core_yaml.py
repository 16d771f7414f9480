"""YAML as editors read it: true, false, null, whole numbers and decimals are values, all else is text."""

import re
from typing import Any

from yaml import CSafeLoader, load

_TYPES = {
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?",
    "null": r"null|Null|NULL|~|",
}


class CoreLoader(CSafeLoader):
    """Knows the types of YAML 1.2 alone."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as PyYAML declares it


for _type, _pattern in _TYPES.items():
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_type}", re.compile(f"^(?:{_pattern})$"), None)  # type: ignore[no-untyped-call]


def core_yaml(text: str) -> Any:
    """Return the data of a YAML text."""
    return load(text, CoreLoader)  # type: ignore[no-untyped-call] # noqa: S506 - a safe loader with fewer types
