"""A criteria folder whose questions of every kind stand on pages together."""

from tests.catalog.folders import CATALOG, CONDITION, FILES, QUESTIONS, REDCAP_CODES, TRIAL

_QUESTIONS = """\
- id: leg_pain
  type: boolean
  prevalence: {true: 0.95, false: 0.05}
  ask: {en: Do you have leg pain?, es: "¿Le duele la pierna?"}
  ask_other: {en: Does the person have leg pain?, es: "¿Le duele la pierna a la persona?"}
- id: fever
  type: boolean
  together: signs
  page_title: {en: Signs to watch, es: Señales de alarma}
  ask: {en: Do you have a fever?, es: "¿Tiene fiebre?"}
- id: numb
  type: boolean
  together: signs
  ask: {en: Are you numb between the legs?, es: "¿Tiene entumecimiento entre las piernas?"}
- id: weight
  type: number
  together: person
  page_title: {en: Some basics, es: Datos básicos}
  ask: {en: How much do you weigh?, es: "¿Cuánto pesa?"}
  ask_other: {en: How much does the person weigh?, es: "¿Cuánto pesa la persona?"}
  help: {en: A rough number is fine., es: Un número aproximado está bien.}
  why: {en: Heavy people need more of the pill., es: Las personas de más peso necesitan más.}
  unit: kg
  units: [kg, "[lb_av]"]
  range: {min: 25, max: 350}
  prevalence: {50: 0.05, 80: 0.55, 120: 0.98}
- id: age
  type: number
  together: person
  ask: {en: How old are you?, es: "¿Cuántos años tiene?"}
  unit: a
  range: {min: 0, max: 120}
  prevalence: {18: 0.02, 44: 0.5, 70: 0.98}
- id: sex
  type: choice
  together: person
  ask: {en: What is your sex?, es: "¿Cuál es su sexo?"}
  short: {en: sex, es: el sexo}
  read: sciatica#signs
  options:
    - {id: female, label: {en: Female, es: Femenino}}
    - {id: male, label: {en: Male, es: Masculino}}
- id: pregnancy
  type: choices
  together: person
  ask: {en: Does any of these fit?, es: "¿Corresponde alguna?"}
  help: {en: Tick all that fit., es: Marque todas las que correspondan.}
  options:
    - {id: pregnant, label: {en: Pregnant, es: Embarazada}}
    - {id: feeding, label: {en: Breast-feeding, es: Amamantando}}
    - {id: none, label: {en: None of these, es: Ninguna}, exclusive: true}
  prevalence: {pregnant: 0.03, feeding: 0.04, none: 0.94}
  ask_if: {sex: female}
- id: scan
  type: date
  together: person
  ask: {en: When was your last scan?, es: "¿Cuándo fue su última prueba de imagen?"}
  range: {min: 1990-01-01, max: today}
"""

_TRIAL = """\
id: T1
title: A pill for leg pain
conditions: [back-pain]
status: RECRUITING
confirmed: 2026-11-01
sites: [{id: leeds, name: Leeds Hospital}]
inclusion:
  - {id: adult, text: You are 18 to 70 years old., rule: {age: {min: 18, max: 70}}}
  - {id: leg-pain, text: You have leg pain., rule: {leg_pain: true}}
  - {id: weight, text: You weigh less than 150 kg., rule: {weight: {max: 150}}}
  - id: scan
    text: You had a scan before or after 1995.
    rule: {any: [{scan: {before: 1995-01-01}}, {scan: {after: 1995-12-31}}]}
exclusion:
  - {id: pregnant, text: You are pregnant., rule: {pregnancy: {any_of: [pregnant]}}}
cases:
  - name: fits
    answers: {age: 44, leg_pain: true, weight: 70, sex: female, pregnancy: [none], scan: 2020-01-01}
    determination: potentially_eligible
  - {name: too young, answers: {age: 17}, determination: ineligible, because: [adult]}
  - {name: no leg pain, answers: {leg_pain: false}, determination: ineligible, because: [leg-pain]}
  - {name: heavy, answers: {weight: 200}, determination: ineligible, because: [weight]}
  - {name: scanned in 1995, answers: {scan: 1995-01-01}, determination: ineligible, because: [scan]}
  - {name: pregnant, answers: {sex: female, pregnancy: [pregnant]}, determination: ineligible, because: [pregnant]}
"""

_CONDITION = """\
name: Back pain
opening_questions: [leg_pain]
red_flags:
  - {when: {numb: true}, level: emergency, advice: Call now.}
  - {when: {fever: true}, level: see_doctor, advice: See a doctor about the fever.}
articles: [sciatica]
"""

PAGED = {
    CATALOG: FILES[CATALOG].replace("languages: [en]", "languages: [en, es]"),
    QUESTIONS: _QUESTIONS,
    REDCAP_CODES: FILES[REDCAP_CODES],
    CONDITION: _CONDITION,
    TRIAL: _TRIAL,
}
"""The files of the folder that differ from `folders.FILES`."""

MOSTLY_CHILDREN = PAGED | {QUESTIONS: _QUESTIONS.replace("{18: 0.02, 44: 0.5, 70: 0.98}", "{17: 0.6, 70: 0.98}")}
"""The same for people of whom most are ruled out by their age, so that little else will be asked."""

PERSON = ("weight", "age", "sex", "pregnancy", "scan")
"""The questions of one page, of every kind but yes or no; `pregnancy` hangs on `sex`."""
