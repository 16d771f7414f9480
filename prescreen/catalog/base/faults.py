"""Faults found in the criteria folder: where they are, what is wrong and what to do, and the checks that find them.

The id of a check is known to tools, so it stays what it is for ever.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

_LONGEST_NAME = 80


class Check(StrEnum):
    """What found a fault."""

    FORMAT = "format"
    LOOK = "look"
    COOKIE_SIZE = "cookie-size"
    AGE_QUESTION = "age-question"
    UNUSED_QUESTION = "unused-question"
    UNUSED_OPTION = "unused-option"
    ARTICLE_SECTION = "article-section"
    EMERGENCY_PAGE = "emergency-page"
    RED_FLAG_SIGN = "red-flag-sign"
    CONSENT = "consent"
    REDCAP_NUMBER = "redcap-number"
    ALIKE_IDS = "alike-ids"
    CONDITION = "condition"
    CONDITION_NAME = "condition-name"
    PAST_DAY = "past-day"
    OLD_CONFIRMATION = "old-confirmation"
    CASE = "case"
    UNTRIED = "untried"
    NEVER_FORBIDS = "never-forbids"
    NEVER_PERMITS = "never-permits"
    CONTRADICTION = "contradiction"
    DOES_NOT_APPLY = "does-not-apply"
    NEVER_RULES_OUT = "never-rules-out"
    FORGOTTEN_TICK = "forgotten-tick"
    MIXED_TIME = "mixed-time"
    READING_GRADE = "reading-grade"
    TRANSLATION = "translation"
    DUPLICATE = "duplicate"
    MIRROR = "mirror"
    DOUBLE_NEGATIVE = "double-negative"
    NUMBER = "number"
    UNQUOTED = "unquoted"
    MISQUOTED = "misquoted"
    RECORD_FIELD = "record-field"

    @property
    def help(self) -> str:
        """What the check holds against a folder, in one sentence."""
        return _HELP[self]


_HELP = MappingProxyType(
    {
        Check.FORMAT: "A file is written as criteria/README.md says, and names only what exists.",
        Check.LOOK: "The operator's colors can be read, and the mark can be drawn.",
        Check.COOKIE_SIZE: "The fullest answers fit into a cookie.",
        Check.AGE_QUESTION: "The bank can say who is under age.",
        Check.UNUSED_QUESTION: "No more is asked than some trial uses.",
        Check.UNUSED_OPTION: "No more options are offered than some rule uses or tells apart.",
        Check.ARTICLE_SECTION: "A question names a section of an article that exists.",
        Check.EMERGENCY_PAGE: "Nothing distracts on a page that asks about an emergency.",
        Check.RED_FLAG_SIGN: "An article lists the signs of a red flag under the same level.",
        Check.CONSENT: "A consent wording is in force.",
        Check.REDCAP_NUMBER: "Each option has its number in REDCap.",
        Check.ALIKE_IDS: "No two ids are one name in REDCap.",
        Check.CONDITION: "A trial names conditions that exist.",
        Check.CONDITION_NAME: "A condition's name can stand in an address, where nothing else has it.",
        Check.PAST_DAY: "A day on which something happened does not lie ahead.",
        Check.OLD_CONFIRMATION: "The trial's team confirmed its status recently.",
        Check.CASE: "A case comes to what its author expects.",
        Check.UNTRIED: "Each rule has a case where it permits and one where it does not.",
        Check.NEVER_FORBIDS: "Some answer lets a criterion keep somebody out.",
        Check.NEVER_PERMITS: "Some answer lets a criterion let somebody in.",
        Check.CONTRADICTION: "Somebody can fit all criteria of a trial.",
        Check.DOES_NOT_APPLY: "An inclusion keeps out nobody only because a question does not apply.",
        Check.NEVER_RULES_OUT: "An option marked never_rules_out rules nobody out.",
        Check.FORGOTTEN_TICK: "No tick is needed that nearly all could set.",
        Check.MIXED_TIME: "One time asked for all of a list is not taken for the time of some of it.",
        Check.READING_GRADE: "A text for visitors reads at grade 8 or below.",
        Check.TRANSLATION: "A text for visitors exists in every language of the service.",
        Check.DUPLICATE: "No two criteria of a trial say the same.",
        Check.MIRROR: "No criterion says again what another one already demands.",
        Check.DOUBLE_NEGATIVE: "An exclusion says what keeps people out, not what lets them in.",
        Check.NUMBER: "The numbers in a criterion's text are those of its rule, with their units.",
        Check.UNQUOTED: "Each criterion of the record is quoted above a criterion of the file.",
        Check.MISQUOTED: "What a criterion quotes stands in the record.",
        Check.RECORD_FIELD: "The rules demand the ages and the sex of the record's fields.",
    }
)


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
