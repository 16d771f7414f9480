"""Faults found in the criteria folder: where they are, what is wrong and what to do."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from prescreen.catalog.base.check_ids import Check

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault at one place; lines and columns count from 1. A warning does not stop the catalog from being used.

    `check` names the check that found it.

    >>> print(Fault("criteria/questions.yaml", 3, 9, "'id' is missing"))
    criteria/questions.yaml:3:9: 'id' is missing
    """

    path: str
    line: int
    column: int
    message: str
    warning: bool = False
    check: Check = Check.FORMAT

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        return f"{self.path}:{self.line}:{self.column}: {kind}{self.message}"


class CatalogError(ValueError):
    """Raised for a criteria folder that cannot be used; carries all its faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        errors = sum(not fault.warning for fault in self.faults)
        super().__init__(f"the criteria folder has {errors} fault{'s' if errors != 1 else ''}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" for the most similar known name, or an empty string where none is similar.

    >>> did_you_mean("paim_score", ["pain_score", "age"])
    "; did you mean 'pain_score'?"
    """
    near = difflib.get_close_matches(name[:_LONGEST_NAME], list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
