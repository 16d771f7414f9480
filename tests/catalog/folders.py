"""A small valid criteria folder as text, for tests to alter and write."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from prescreen.catalog.base.faults import Fault
from prescreen.catalog.criteria.loading import check_folder

ON = date(2026, 11, 23)

CATALOG = "catalog.yaml"
QUESTIONS = "questions.yaml"
REDCAP_CODES = "redcap_codes.yaml"
CONDITION = "conditions/back-pain.yaml"
ARTICLE = "articles/sciatica.en.md"
CONSENT = "consents/2026-11.en.md"
TRIAL = "trials/T1.yaml"

FILES: Mapping[str, str] = {
    CATALOG: """\
name: Back pain trials
operator: A sample operator
contact: {name: Help desk, phone: "+1 555 0100"}
languages: [en]
timezone: Europe/London
emergency: {GB: "999"}
""",
    QUESTIONS: """\
- id: age
  type: number
  ask: How old are you?
  unit: a
  range: {min: 0, max: 120}
  grows: yearly
- id: sex
  type: choice
  ask: What is your sex?
  options:
    - {id: female, label: Female}
    - {id: male, label: Male}
- id: pregnancy
  type: choices
  ask: Does any of these fit?
  options:
    - {id: pregnant, label: Pregnant}
    - {id: feeding, label: Breast-feeding}
    - {id: none, label: None of these, exclusive: true}
  ask_if: {sex: female}
- id: leg_pain
  type: boolean
  ask: Do you have leg pain?
  read: sciatica#signs
- id: numb
  type: boolean
  ask: Are you numb between the legs?
- id: pain_duration
  type: number
  ask: How long have you had this pain?
  unit: d
  units: [wk, mo]
  range: {min: 0, max: 90 a}
  grows: daily
""",
    REDCAP_CODES: """\
sex:
  female: 1
  male: 2
pregnancy:
  pregnant: 1
  feeding: 2
  none: 3
""",
    CONDITION: """\
name: Back pain
opening_questions: [leg_pain]
red_flags:
  - when: {numb: true}
    level: emergency
    advice: Call now.
articles: [sciatica]
""",
    ARTICLE: """\
---
title: Sciatica
reviewed: 2026-11-01
---
## Signs {#signs}

Pain runs down the leg.
""",
    CONSENT: """\
---
version: 2026-11
effective: 2026-11-01
---
## Share {#share}

You may share this.

## Future {#future}

You may tell me more.

## Mail {#email}

By mail.

## Phone {#phone}

By phone.

## Text {#text}

By text.
""",
    TRIAL: """\
id: T1
title: A pill for leg pain
conditions: [back-pain]
status: RECRUITING
confirmed: 2026-11-01
sites: [{id: leeds, name: Leeds Hospital}]
inclusion:
  - id: adult
    text: You are 18 to 70 years old.
    rule: {age: {min: 18, max: 70}}
  - id: leg-pain
    text: You have had leg pain for 6 weeks or more.
    rule: {leg_pain: true, pain_duration: {min: 6 wk}}
  - id: mri
    text: A scan shows a slipped disc.
    checked: records
exclusion:
  - id: pregnant
    text: You are pregnant.
    rule: {pregnancy: {any_of: [pregnant, feeding]}}
cases:
  - name: fits
    answers: {age: 44, leg_pain: true, pain_duration: 6 wk, sex: female, pregnancy: [none]}
    determination: potentially_eligible
  - name: a man fits
    answers: {age: 44, leg_pain: true, pain_duration: 6 wk, sex: male}
    determination: potentially_eligible
  - name: too young
    answers: {age: 17, leg_pain: true, pain_duration: 6 wk, sex: male}
    determination: ineligible
    because: [adult]
  - name: no leg pain
    answers: {age: 44, leg_pain: false, sex: male}
    determination: ineligible
    because: [leg-pain]
  - name: pregnant
    answers: {sex: female, pregnancy: [pregnant]}
    determination: ineligible
    because: [pregnant]
""",
}


def write(root: Path, files: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write the valid folder under `root`, with the given files replaced; None leaves a file out."""
    for path, content in {**FILES, **(files or {})}.items():
        if content is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def altered(path: str, old: str, new: str) -> dict[str, str]:
    """Return one file of the valid folder with a part of its text replaced; the part must occur once."""
    assert FILES[path].count(old) == 1, f"{old!r} does not stand once in {path}"
    return {path: FILES[path].replace(old, new)}


def pointed(path: str, old: str, new: str) -> tuple[dict[str, str], str]:
    """Alter a file like `altered`, and return the place of the character ⌖, which is removed: "path:line:column: "."""
    before, _, after = altered(path, old, new)[path].partition("⌖")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return {path: before + after}, f"{path}:{line}:{column}: "


def found(root: Path, on: date = ON) -> tuple[Fault, ...]:
    """Return every fault and warning of the folder at `root`."""
    return check_folder(root, on)


def reports(root: Path, files: Mapping[str, str | bytes | None], on: date = ON) -> list[str]:
    """Write the folder with the given files and return what `check` reports, with paths relative to the folder."""
    return [str(fault).removeprefix(f"{root}/") for fault in found(write(root, files), on)]


def report(root: Path, files: Mapping[str, str | bytes | None], on: date = ON) -> str:
    """Return the only report; fail where there are others or none."""
    [only] = reports(root, files, on)
    return only
