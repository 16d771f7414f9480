"""The small valid folder with questions about dates, to the day and to the month, and rules on them."""

from collections.abc import Mapping

from tests.catalog.folders import FILES, QUESTIONS, TRIAL

DATED_QUESTIONS = (
    FILES[QUESTIONS]
    + """\
- id: last_dose
  type: date
  ask: When did you last take a steroid?
  range: {min: 1950-01-01, max: today}
- id: onset
  type: date
  precision: month
  ask: When did this pain start?
  range: {min: -2 a, max: today}
- id: birthday
  type: date
  ask: When were you born?
  range: {min: -120 a, max: today}
"""
)
DATED_TRIAL = """\
id: T1
title: A pill for leg pain
conditions: [back-pain]
status: RECRUITING
confirmed: 2026-11-01
sites: [{id: leeds, name: Leeds Hospital}]
inclusion:
  - id: adult
    text: You are 18 to 70 years old.
    rule: {birthday: {age: {min: 18, max: 70}}}
  - id: washout
    text: You took no steroid in the last 6 weeks.
    rule: {last_dose: {ago: {min: 6 wk}}}
  - id: leg-pain
    text: You have leg pain that you have felt for some weeks.
    rule: {leg_pain: true, pain_duration: {min: 6 wk}}
exclusion:
  - id: long
    text: Your pain began more than a year ago.
    rule: {onset: {ago: {min: 1 a}}}
  - id: sex
    text: You are pregnant.
    rule: {pregnancy: {any_of: [pregnant, feeding]}, age: {max: 60}}
cases:
  - name: fits
    answers: {birthday: -44 a, last_dose: -6 wk, onset: -3 mo, leg_pain: true, pain_duration: 6 wk, sex: male}
    determination: potentially_eligible
  - name: too young
    answers: {birthday: -17 a, last_dose: -6 wk, onset: -3 mo, leg_pain: false, sex: male}
    determination: ineligible
    because: [adult, leg-pain]
  - name: a dose too late, and pain for too long
    answers: {last_dose: -41 d, onset: -20 mo}
    determination: ineligible
    because: [washout, long]
  - name: pregnant
    answers: {age: 30, sex: female, pregnancy: [pregnant]}
    determination: ineligible
    because: [sex]
"""
DATED: Mapping[str, str] = {QUESTIONS: DATED_QUESTIONS, TRIAL: DATED_TRIAL}
