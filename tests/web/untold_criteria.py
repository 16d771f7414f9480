"""A service of one trial whose limits are not told to visitors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from tests.catalog import folders

SLUG = "back-pain"
TODAY = datetime.now(UTC).date()
LIMIT, OTHER_LIMIT = 1234, 1299
"""Days of pain. Between the two lie 177.5 to 184.5 weeks."""
TRIAL = """\
id: T1
title: A pill for leg pain
conditions: [back-pain]
status: RECRUITING
confirmed: {today}
sites: [{{id: leeds, name: Leeds Hospital}}]
inclusion:
  - id: untold-id-age
    text: Untold wording, 37.25 years old or older.
    rule: {{age: {{min: 37.25}}}}
    show: {age}
    public_text: How old you are.
  - id: untold-id-pain
    text: Untold wording, leg pain for 1234 days.
    rule: {{leg_pain: true, pain_duration: {{min: {limit}}}}}
    show: {pain}
    public_text: How long it hurts.
  - id: untold-id-mri
    text: Untold wording, 1234 slices.
    checked: records
    show: {mri}
    public_text: What a scan shows.
exclusion:
  - id: pregnant
    text: You are pregnant.
    rule: {{pregnancy: {{any_of: [pregnant]}}}}
cases:
  - {{name: fits, answers: {{age: 44, leg_pain: true, pain_duration: 200 wk, sex: male}}, determination: potentially_eligible}}
  - {{name: young, answers: {{age: 20, leg_pain: true, pain_duration: 200 wk, sex: male}}, determination: ineligible, because: [untold-id-age]}}
  - {{name: short, answers: {{age: 44, leg_pain: true, pain_duration: 6 wk, sex: male}}, determination: ineligible, because: [untold-id-pain]}}
  - {{name: pregnant, answers: {{age: 44, sex: female, pregnancy: [pregnant]}}, determination: ineligible, because: [pregnant]}}
"""  # noqa: E501
SECOND = """\
id: T2
title: A walk for men
conditions: [back-pain]
status: RECRUITING
confirmed: {today}
sites: [{{id: york, name: York Clinic}}]
inclusion:
  - {{id: man, text: You are a man., rule: {{sex: male}}}}
cases:
  - {{name: a man, answers: {{sex: male}}, determination: potentially_eligible}}
  - {{name: a woman, answers: {{sex: female}}, determination: ineligible, because: [man]}}
"""
GROUPS = """\
cohorts:
  - id: untold-id-leg
    name: People with leg pain
    inclusion:
{leg}  - id: untold-id-back
    name: People with back pain alone
    inclusion:
      - {{id: untold-id-none, text: You have no leg pain., rule: {{leg_pain: false}}}}
cases:
  - {{name: back, answers: {{age: 44, leg_pain: false, sex: male}}, determination: potentially_eligible}}
"""
QUESTIONS = ("leg_pain", "numb", "age", "sex", "pregnancy", "pain_duration")
Open = Callable[..., Flask]


def trial(
    limit: int = LIMIT,
    age: str = "direction",
    pain: str = "direction",
    mri: str = "direction",
    *,
    grouped: bool = False,
) -> str:
    """Return the trial; `grouped`: what hurts for how long, and the scan, are for one of two groups alone."""
    text = _grouped(TRIAL) if grouped else TRIAL
    return text.format(today=TODAY, limit=limit, age=age, pain=pain, mri=mri)


def _grouped(text: str) -> str:
    """Return the trial with the criteria of pain and scan, and the team's look at it, in a group."""
    start, end = text.index("  - id: untold-id-pain"), text.index("exclusion:")
    own = "".join(f"    {line}\n" for line in text[start:end].splitlines())
    cases = "because: [untold-id-pain, untold-id-none]"
    rest = (text[:start] + text[end:]).replace("because: [untold-id-pain]", cases)
    return rest.replace("cases:\n", GROUPS.replace("{leg}", own))


@pytest.fixture
def opened(serve: Callable[..., Flask], tmp_path: Path) -> Open:
    """Return a function that serves the trial, shown as told, in a service that is no sample."""

    def open_service(more: Mapping[str, str] | None = None, **shown: object) -> Flask:
        folder = tmp_path / f"criteria-{len(list(tmp_path.glob('criteria-*')))}"
        files = {folders.TRIAL: trial(**shown), **(more or {})}  # type: ignore[arg-type]
        return serve(criteria=folders.write(folder, files))

    return open_service
