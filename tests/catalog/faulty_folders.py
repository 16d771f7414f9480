"""For each check a criteria folder in which it alone finds something, as alterations of the valid one."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from prescreen.catalog.base.faults import Check
from tests.catalog.folders import (
    ARTICLE,
    CATALOG,
    CONDITION,
    CONSENT,
    FILES,
    QUESTIONS,
    REDCAP_CODES,
    TRIAL,
    altered,
)
from tests.catalog.sources.records import registry

_CRITERIA = """\
Inclusion Criteria:

* Leg pain that has lasted for at least six weeks
* Slipped disc on a scan

Exclusion Criteria:

* Pregnant or breastfeeding women
"""
RECORD = registry(eligibilityCriteria=_CRITERIA)
"""A record of whose words the valid trial says all, and whose ages it demands."""

_QUOTES = {
    "leg-pain": "# Record: Leg pain that has lasted for at least six weeks",
    "mri": "# Record: Slipped disc on a scan",
    "pregnant": "# Record: Pregnant or breastfeeding women",
}
_HARD = "Radiographically confirmed lumbosacral radiculopathy notwithstanding multidisciplinary rehabilitation " * 2


@dataclass(frozen=True, slots=True)
class Faulty:
    """Files that replace those of the valid folder, None for one that is left out; the record of its trial, if any."""

    files: Mapping[str, str | None]
    record: Mapping[str, Any] | None = None


def _more(path: str, text: str) -> dict[str, str]:
    return {path: FILES[path] + text}


def _trial(criteria: str, cases: str = "") -> dict[str, str]:
    """Return a second trial, with criteria and cases of its own, so that those of the first meet none of them."""
    head = "id: T2\ntitle: Shots for leg pain\nconditions: [back-pain]\nstatus: RECRUITING\nconfirmed: 2026-11-01\n"
    return {"trials/T2.yaml": head + criteria + (f"cases:\n{cases}" if cases else "")}


def _one(kind: str, rule: str, text: str, fits: str | None, unfit: str | None) -> dict[str, str]:
    """Return a second trial of one criterion, and cases of who satisfies it and of who does not."""
    return _trial(f"{kind}: [{{id: new, text: {text}, rule: {rule}}}]\n", _cases(fits, unfit))


def _cases(fits: str | None, unfit: str | None, because: str = "new") -> str:
    may = f"  - {{name: fits, answers: {{{fits}}}, determination: potentially_eligible}}\n"
    out = f"  - {{name: not, answers: {{{unfit}}}, determination: ineligible, because: [{because}]}}\n"
    return (may if fits else "") + (out if unfit else "")


def quoting(**changed: str) -> dict[str, str | None]:
    """Return a trial that quotes RECORD above its criteria, under the id that the record has."""
    text = FILES[TRIAL].replace("id: T1\n", "id: NCT01234567\n")
    for name, quote in {**_QUOTES, **changed}.items():
        text = text.replace(f"  - id: {name}\n", f"  {quote}\n  - id: {name}\n")
    return {TRIAL: None, "trials/NCT01234567.yaml": text}


def _choices(id_: str, options: str, more: str = "") -> str:
    none = "{id: none, label: None of these, exclusive: true}"
    return f"- {{id: {id_}, type: choices, ask: Which fit?, options: [{options}, {none}]{more}}}\n"


def _asking(questions: str, codes: str, trial: Mapping[str, str]) -> dict[str, str]:
    """Return a bank with more questions and their numbers, and a trial that asks them."""
    return {**_more(QUESTIONS, questions), **_more(REDCAP_CODES, codes), **trial}


_MANY = range(900)
_OPENING = ", ".join(["leg_pain", *(f"q{number}" for number in _MANY)])
_SHOTS = _choices("shots", "{id: epidural, label: Near a nerve}, {id: facet, label: In a joint}") + (
    "- {id: shot_time, type: number, ask: How long ago was the last?, unit: d, range: {min: 0, max: 9999},\n"
    "   grows: daily, ask_if: {shots: {any_of: [epidural, facet]}}}\n"
)
_AGELESS = {
    QUESTIONS: FILES[QUESTIONS].partition("- id: sex")[1] + FILES[QUESTIONS].partition("- id: sex")[2],
    TRIAL: FILES[TRIAL].replace("{age: {min: 18, max: 70}}", "{numb: false}").replace("age: 44, ", "numb: false, ")
    .replace("You are 18 to 70 years old.", "You feel your legs.").replace("age: 17", "numb: true"),
}  # fmt: skip

FAULTY: Mapping[Check, Faulty] = MappingProxyType(
    {
        Check.FORMAT: Faulty(altered(TRIAL, "title: A pill", "titel: A pill")),
        Check.LOOK: Faulty(_more(CATALOG, 'look: {colors: {act: {light: "#ffff00", dark: "#93c5fd"}}}\n')),
        Check.COOKIE_SIZE: Faulty(
            {
                **_more(QUESTIONS, "".join(f"- {{id: q{n}, type: boolean, ask: Is it?}}\n" for n in _MANY)),
                **altered(CONDITION, "[leg_pain]", f"[{_OPENING}]"),
            }
        ),
        Check.AGE_QUESTION: Faulty(_AGELESS),
        Check.UNUSED_QUESTION: Faulty(_more(QUESTIONS, "- {id: spare, type: boolean, ask: Is it spare?}\n")),
        Check.UNUSED_OPTION: Faulty(altered(TRIAL, "any_of: [pregnant, feeding]", "any_of: [pregnant]")),
        Check.ARTICLE_SECTION: Faulty(altered(QUESTIONS, "read: sciatica#signs", "read: sciatica#sings")),
        Check.EMERGENCY_PAGE: Faulty(
            {
                QUESTIONS: FILES[QUESTIONS]
                .replace("- id: leg_pain\n", "- id: leg_pain\n  together: legs\n  page_title: Your legs\n")
                .replace("- id: numb\n", "- id: numb\n  together: legs\n")
            }
        ),
        Check.RED_FLAG_SIGN: Faulty(altered(CONDITION, "    advice:", "    sign: You are numb.\n    advice:")),
        Check.CONSENT: Faulty({CONSENT: None}),
        Check.REDCAP_NUMBER: Faulty(altered(REDCAP_CODES, "  male: 2\n", "")),
        Check.ALIKE_IDS: Faulty(
            {
                **_more(QUESTIONS, "- {id: leg-pain, type: boolean, ask: Is it in a leg?}\n"),
                **altered(CONDITION, "[leg_pain]", "[leg_pain, leg-pain]"),
            }
        ),
        Check.CONDITION: Faulty(altered(TRIAL, "[back-pain]", "[back-pain, bakc-pain]")),
        Check.CONDITION_NAME: Faulty(
            {
                CONDITION: None,
                "conditions/privacy.yaml": FILES[CONDITION],
                **altered(TRIAL, "[back-pain]", "[privacy]"),
            }
        ),
        Check.PAST_DAY: Faulty(altered(ARTICLE, "2026-11-01", "2027-11-01")),
        Check.OLD_CONFIRMATION: Faulty(altered(TRIAL, "confirmed: 2026-11-01", "confirmed: 2025-11-01")),
        Check.CASE: Faulty(altered(TRIAL, "because: [adult]", "because: [leg-pain]")),
        Check.UNTRIED: Faulty({TRIAL: FILES[TRIAL].partition("cases:")[0]}),
        Check.NEVER_FORBIDS: Faulty(
            _one("inclusion", "{age: {min: 0, max: 120}}", "You are 0 to 120 years old.", "age: 20", None)
        ),
        Check.NEVER_PERMITS: Faulty(
            _one("inclusion", "{all: [{numb: true}, {numb: false}]}", "Numb or not.", None, "numb: true")
        ),
        Check.CONTRADICTION: Faulty(
            _trial(
                "inclusion:\n  - {id: young, text: You are under 30., rule: {age: {below: 30}}}\n"
                "  - {id: old, text: You are over 60., rule: {age: {above: 60}}}\n",
                _cases(None, "age: 20", "old") + _cases(None, "age: 70", "young"),
            )
        ),
        Check.DOES_NOT_APPLY: Faulty(
            _one(
                "inclusion",
                "{pregnancy: {any_of: [none]}}",
                "You are not pregnant.",
                "sex: female, pregnancy: [none]",
                "sex: female, pregnancy: [pregnant]",
            )
        ),
        Check.NEVER_RULES_OUT: Faulty(
            {
                **_asking(
                    _choices("scan", "{id: disc, label: A disc}, {id: bulge, label: A bulge, never_rules_out: true}"),
                    "scan: {disc: 1, bulge: 2, none: 3}\n",
                    _one("exclusion", "{scan: {none_of: [disc]}}", "Your disc is in.", "scan: [disc]", "scan: [bulge]"),
                ),
                **altered(CONDITION, "{numb: true}", "{any: [{numb: true}, {scan: {any_of: [bulge]}}]}"),
            }
        ),
        Check.FORGOTTEN_TICK: Faulty(
            _asking(
                _choices("able", "{id: walk, label: Walk}", ", prevalence: {walk: 0.97, none: 0.01}"),
                "able: {walk: 1, none: 2}\n",
                _one("inclusion", "{able: {any_of: [walk]}}", "You can walk.", "able: [walk]", "able: [none]"),
            )
        ),
        Check.MIXED_TIME: Faulty(
            _asking(
                _SHOTS,
                "shots: {epidural: 1, facet: 2, none: 3}\n",
                _one(
                    "exclusion",
                    "{shots: {any_of: [epidural]}, shot_time: {max: 4}}",
                    "A shot near a nerve in the last 4 days.",
                    "shots: [none]",
                    "shots: [epidural], shot_time: 3",
                ),
            )
        ),
        Check.READING_GRADE: Faulty(_more(CONDITION, f"summary: {_HARD}\n")),
        Check.TRANSLATION: Faulty(altered(CATALOG, "languages: [en]", "languages: [en, es]")),
        Check.DUPLICATE: Faulty(
            _trial(
                "inclusion:\n  - {id: scan, text: A new scan shows a slipped disc., checked: records}\n"
                "  - {id: disc, text: A new scan shows the slipped disc., checked: visit}\n"
            )
        ),
        Check.MIRROR: Faulty(
            _trial(
                "inclusion: [{id: adult, text: You are 18 or older., rule: {age: {min: 18}}}]\n"
                "exclusion: [{id: child, text: You are under 18., rule: {age: {below: 18}}}]\n",
                _cases("age: 20", "age: 17", "adult, child"),
            )
        ),
        Check.DOUBLE_NEGATIVE: Faulty(
            _trial("exclusion: [{id: scanned, text: No scan was made., checked: records}]\n")
        ),
        Check.NUMBER: Faulty(altered(TRIAL, "for 6 weeks", "for 8 weeks")),
        Check.UNQUOTED: Faulty(quoting(mri="# A scan"), RECORD),
        Check.MISQUOTED: Faulty(quoting(adult="# Record: Adults who can walk"), RECORD),
        Check.RECORD_FIELD: Faulty(quoting(), registry(eligibilityCriteria=_CRITERIA, minimumAge="21 Years")),
    }
)
