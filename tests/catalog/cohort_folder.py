"""A trial with two groups of people, for the small folder of tests."""

_HEAD = """\
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
cohorts:
"""
_COHORTS = """\
  - id: leg
    name: People with leg pain
    inclusion:
      # Record: leg pain
      - id: leg-pain
        text: You have leg pain.
        rule: {leg_pain: true}
    exclusion:
      - id: short
        text: Your pain began less than 6 weeks ago.
        rule: {pain_duration: {below: 6 wk}}
      - id: pregnant
        text: You are pregnant.
        rule: {pregnancy: {any_of: [pregnant]}}
  - id: back
    name: People with back pain alone
    inclusion:
      - id: no-leg-pain
        text: You have no leg pain.
        rule: {leg_pain: false}
      - id: letter
        text: Your doctor wrote a letter.
        checked: records
"""
_CASES = """\
cases:
  - name: leg pain for long
    answers: {age: 44, leg_pain: true, pain_duration: 70, sex: female, pregnancy: [none]}
    determination: potentially_eligible
  - name: back pain alone
    answers: {age: 44, leg_pain: false, pain_duration: 70}
    determination: potentially_eligible
  - name: leg pain that is new
    answers: {age: 44, leg_pain: true, pain_duration: 7}
    determination: ineligible
    because: [short, no-leg-pain]
  - name: leg pain, and pregnant
    answers: {age: 30, leg_pain: true, pain_duration: 70, sex: female, pregnancy: [pregnant]}
    determination: ineligible
    because: [pregnant, no-leg-pain]
  - name: too old
    answers: {age: 71, leg_pain: false}
    determination: ineligible
    because: [adult]
"""


def with_cohorts(cohorts: str) -> str:
    """Return the trial with these cohorts, one flow mapping a line, and a case for each way of its common criterion."""
    lines = "".join(f"  {line}\n" for line in cohorts.splitlines())
    cases = "cases:\n" + "".join(
        f"  - {{name: aged {age}, answers: {{age: {age}}}, determination: {found}}}\n"
        for age, found in ((44, "potentially_eligible"), (71, "ineligible"))
    )
    return f"{_HEAD}{lines}{cases}"


GROUPED = f"{_HEAD}{_COHORTS}{_CASES}"
