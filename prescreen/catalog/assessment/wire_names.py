"""The names of the domain's classes and fields in evidence, cookies, snapshots and digests.

Stored data is read for years: a class or a field may be renamed in the code, but its name here must stay. A field that
is added later must default to None, since only None is left out of what is written, or stand in `LEFT_OUT_EMPTY`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from prescreen.eligibility.assessment.answers import Answer
from prescreen.eligibility.criteria.dates import DateRange, DayBound
from prescreen.eligibility.criteria.questions import Code, Option, Question, QuestionBank, Range
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    DateTest,
    Not,
    NumberTest,
    OptionTest,
)
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Cohort, Criterion, Ethics, Practical, Site, Trial
from prescreen.eligibility.interview.question_selection import RedFlag

CLASS_KEY = ""
"""The key that holds the name of a value's class."""


def _same(*names: str) -> dict[str, str]:
    """Return names for fields that have the same name in the code and on the wire."""
    return {name: name for name in names}


CLASS_NAMES: Mapping[type, str] = MappingProxyType(
    {
        All: "All",
        Any: "Any",
        AtLeast: "AtLeast",
        Not: "Not",
        BooleanTest: "BooleanTest",
        OptionTest: "OptionTest",
        ChoicesTest: "ChoicesTest",
        NumberTest: "NumberTest",
        DateTest: "DateTest",
        Question: "Question",
        QuestionBank: "QuestionBank",
        Option: "Option",
        Range: "Range",
        DateRange: "DateRange",
        DayBound: "DayBound",
        Code: "Code",
        Trial: "Trial",
        Criterion: "Criterion",
        Cohort: "Cohort",
        Site: "Site",
        Practical: "Practical",
        Ethics: "Ethics",
        Text: "Text",
        RedFlag: "RedFlag",
        Answer: "Answer",
    }
)
"""The wire name of each class that is written."""

FIELD_NAMES: Mapping[type, Mapping[str, str]] = MappingProxyType(
    {
        All: _same("parts"),
        Any: _same("parts"),
        AtLeast: _same("count", "parts"),
        Not: _same("part"),
        BooleanTest: _same("question", "expected"),
        OptionTest: _same("question", "options"),
        ChoicesTest: _same("question", "any_of", "all_of", "none_of"),
        NumberTest: _same("question", "equal", "min", "max", "above", "below"),
        DateTest: _same("question", "first", "last", "min_days", "max_days", "min_months", "max_months"),
        Question: _same(
            *("id", "type", "ask", "help", "ask_other", "help_other", "why", "read", "options", "unit", "units"),
            *("range", "grows", "ask_if", "computed", "code", "half_life", "burden", "prevalence", "sensitive"),
            *("precision", "dates"),
        ),
        QuestionBank: _same("questions", "about_another"),
        Option: _same("id", "label", "exclusive"),
        Range: _same("min", "max"),
        DateRange: _same("min", "max"),
        DayBound: _same("day", "months", "days"),
        Code: _same("system", "code"),
        Trial: _same(
            *("id", "title", "summary", "conditions", "status", "criteria", "sites", "confirmed", "phase", "sponsor"),
            *("source", "practical", "ethics", "cohorts"),
        ),
        Cohort: _same("id", "name", "criteria"),
        Criterion: _same("id", "kind", "text", "rule", "checked", "show", "public_text"),
        Site: _same(
            *("id", "name", "city", "state", "country", "postal_code", "latitude", "longitude", "status"),
            "reply_within",
        ),
        Practical: _same("visits", "duration", "placebo", "pays_travel", "notes"),
        Ethics: _same("board", "approval", "approved_on"),
        Text: _same("by_language"),
        RedFlag: _same("when", "level", "advice"),
        Answer: _same("value", "on"),
    }
)
"""For each class, the wire name of each field by its name in the code."""

LEFT_OUT_EMPTY: Mapping[type, frozenset[str]] = MappingProxyType({Trial: frozenset({"cohorts"})})
"""Fields of several values that are left out where they have none, since they were added later."""

UNWRITTEN: Mapping[type, frozenset[str]] = MappingProxyType(
    {
        Question: frozenset({"short", "together", "page_title"}),
        Option: frozenset({"never_rules_out"}),
        Practical: frozenset({"treatments", "remote"}),
        Trial: frozenset({"draft"}),
        RedFlag: frozenset({"sign", "say"}),
    }
)
"""Fields that are not written: no determination depends on them, so they are no evidence and change no fingerprint."""
