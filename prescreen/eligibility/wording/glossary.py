"""Hard words of registries and plain words for them, longest first; what is written in capitals is an abbreviation.

A module of its own, so that words can be added without a look at how they are put into sentences.
"""

import re
from collections.abc import Iterable

PLAIN = {
    "malignancies": "cancers",
    "malignancy": "cancer",
    "malignant neoplasm": "cancer",
    "neoplasm": "tumor",
    "metastases": "cancer that has spread",
    "metastatic": "spread",
    "carcinoma": "cancer",
    "contraindications to undergo": "reasons not to undergo",
    "contraindication to undergo": "a reason not to undergo",
    "contraindications to": "reasons against",
    "contraindications for": "reasons against",
    "contraindications of": "reasons against",
    "contraindication to": "a reason against",
    "contraindication for": "a reason against",
    "contraindication of": "a reason against",
    "contraindications": "reasons against",
    "contraindication": "a reason against",
    "contraindicated": "not safe",
    "lactating": "breast-feeding",
    "lactation": "breast-feeding",
    "breastfeeding": "breast-feeding",
    "breast feeding": "breast-feeding",
    "nursing": "breast-feeding",
    "of childbearing potential": "who could get pregnant",
    "of child-bearing potential": "who could get pregnant",
    "contraception": "birth control",
    "contraceptive": "birth control",
    "hypersensitivity": "allergy",
    "hypertension": "high blood pressure",
    "hypotension": "low blood pressure",
    "myocardial infarction": "heart attack",
    "cerebrovascular accident": "stroke",
    "congestive heart failure": "heart failure",
    "cardiac": "heart",
    "renal": "kidney",
    "hepatic": "liver",
    "pulmonary": "lung",
    "psychiatric": "mental health",
    "psychological": "mental health",
    "anticoagulants": "blood thinners",
    "anticoagulant": "blood thinner",
    "anticoagulation use": "use of blood thinners",
    "anticoagulant use": "use of blood thinners",
    "anticoagulation": "blood thinners",
    "corticosteroids": "steroids",
    "corticosteroid": "steroid",
    "analgesics": "pain medicines",
    "analgesic": "pain medicine",
    "medications": "medicines",
    "medication": "medicine",
    "anaesthesia": "numbing or sleep for surgery",
    "anesthesia": "numbing or sleep for surgery",
    "lumbar back": "low back",
    "lumbar": "low back",
    "thoracic": "upper back",
    "cervical spine": "neck",
    "spinal fracture": "broken bone of the spine",
    "spinal fractures": "broken bones of the spine",
    "spine fracture": "broken bone of the spine",
    "burst fracture": "burst bone of the spine",
    "burst fractures": "burst bones of the spine",
    "vertebral fracture": "broken bone of the spine",
    "vertebral fractures": "broken bones of the spine",
    "compression fracture": "collapsed bone of the spine",
    "compression fractures": "collapsed bones of the spine",
    "vertebral collapse": "a collapsed bone of the spine",
    "radicular leg pain": "leg pain from a nerve",
    "vertebral": "spine bone",
    "fractures": "broken bones",
    "fracture": "broken bone",
    "radicular": "nerve",
    "radiculopathy": "a pressed nerve",
    "intervertebral disc": "disc",
    "herniated disc": "slipped disc",
    "disc herniation": "slipped disc",
    "surgical intervention": "operation",
    "surgical procedure": "operation",
    "concomitant": "other",
    "concurrent": "other",
    "comorbidities": "other illnesses",
    "comorbidity": "other illness",
    "pre-existing": "earlier",
    "preexisting": "earlier",
    "refractory to": "not helped by",
    "prior to": "before",
    "subsequent to": "after",
    "randomization": "the start of the study",
    "randomisation": "the start of the study",
    "study enrollment": "joining the study",
    "enrollment into the study": "joining the study",
    "enrollment in the study": "joining the study",
    "enrollment": "joining the study",
    "enrolment": "joining the study",
    "ambulatory": "able to walk",
    "ambulate": "walk",
    "utilize": "use",
    "utilization": "use",
    "administration": "use",
    "administered": "given",
    "approximately": "about",
    "cognitive impairment": "trouble with thinking or memory",
    "cognitive": "thinking",
    "impairment": "trouble",
    "dementia": "dementia",
    "diabetes mellitus": "diabetes",
    "haemorrhage": "bleeding",
    "hemorrhage": "bleeding",
    "coagulopathy": "bleeding disorder",
    "immunosuppressive": "immune-weakening",
    "immunocompromised": "with a weak immune system",
    "intravenous": "into a vein",
    "subcutaneous": "under the skin",
    "intramuscular": "into a muscle",
    "pharmacological": "medicine",
    "etiology": "cause",
    "aetiology": "cause",
    "eligibility": "fit",
    "ineligible": "not fit",
    "eligible": "fit",
    "qualify": "fit",
}
"""Hard words in small letters, and what to say instead."""


def _either(words: Iterable[str]) -> str:
    """Return a pattern of any of these words, the longest first; a letter decides at once which can begin there."""
    endings: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        endings.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(those)})" for letter, those in endings.items())


_HARD = re.compile(rf"(?<![\w-])(?:{_either(PLAIN)})(?![\w-])", re.IGNORECASE)
_DETERMINED = re.compile(
    r"(?<=\w )(?<!\bof )(?<!\bwith )(?<!\band )(?<!\bor )(?<!\bfor )(?<!\bto )(?<!\bfrom )(?<!\bhave )(?<!\bhad )"
    r"(?<!\bhas )(?<!\bby )(?<!\bas )(?<!\bis )(?<!\bin )(?<!\bbe )(?<!\bthan )"
    r"a (?=reason (?:against|not)\b|pressed nerve\b|collapsed bone\b)"
)
"""The article of a plain word after an adjective or another article."""
_SHORT = (("e.g.,", "such as"), ("e.g.", "such as"), ("i.e.,", "that is,"), ("i.e.", "that is"), ("and/or", "or"))
_LETTERS = re.compile("[a-z]+")
_FIRST = frozenset(found[0] for word in PLAIN if (found := _LETTERS.match(word)))
_SIGNS = {">=": "at least", "≥": "at least", "=>": "at least", "<=": "at most", "≤": "at most"}
_SIGNS |= {">": "more than", "<": "less than"}
_COMPARED = re.compile(r"\s*(>=|<=|=>|≥|≤|>|<)\s*(?=-?\d)")
_TWICE = re.compile(r"\b(?P<word>\w{4,})(?: (?:or|and) (?P=word)\b| \((?P=word)\))")
"""Two hard words for one plain word."""


def made_plain(text: str) -> str:
    """Return a text with plain words for hard ones, and words for the signs that compare numbers.

    >>> made_plain("Malignancy or age ≥18; lactating")
    'cancer or age at least 18; breast-feeding'
    """
    for short, instead in _SHORT:
        text = text.replace(short, instead)
    # The pattern is long; most texts have none of the words with which it can begin.
    has_hard = not _FIRST.isdisjoint(_LETTERS.findall(text.lower()))
    plain = _HARD.sub(lambda found: PLAIN[found[0].lower()], text) if has_hard else text
    plain = _TWICE.sub(r"\g<word>", _DETERMINED.sub("", plain)) if has_hard else plain
    return _COMPARED.sub(lambda found: f" {_SIGNS[found[1]]} ", plain)
