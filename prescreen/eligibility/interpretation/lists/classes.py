"""Members that a statement names of a class it excludes: "other diseases that may cause back pain, such as gout".

Whoever has a member has one of the class, so each member excludes. That holds only where nothing narrows the class: not
"severe diseases such as ...", of which a mild case is none, and not "diseases that limit walking, such as ...".
"""

import re

from prescreen.eligibility.interpretation import english, phrases
from prescreen.eligibility.interpretation.language import Words

_NOUNS = (
    r"(?:diseases?|disorders?|conditions?|illness(?:es)?|patholog(?:y|ies)|co ?morbidit(?:y|ies)|syndromes?|"
    r"infections?|contraindications?|osteodystroph(?:y|ies))"
)
_ALLOWED = re.compile(
    r"\b(?:(?:patients?|subjects?|participants?|individuals?|people|persons?|those|volunteers?) with|"
    r"(?:history|presence|evidence|existence|diagnosis|suspicion|indications?) of|"
    r"non spinal|whether \w+ or \w+|of (?:non spinal|any|unknown|other) (?:origin|cause|kind|type)|"
    r"with (?:a )?\w+ \w+ character)\b"
)
_POSSIBLY = re.compile(r" (?:which|that) (?:may|can|could|might) (?P<what>[a-z/ ]+)$")
_SPECIAL = re.compile(
    r"(?:[a-z]+ ){0,3}contraindications?(?: (?:to|for) (?:[a-z]+ ?){1,4})?|"
    r"(?:[a-z]+ )?for whom (?:[a-z]+ ){1,3}may be (?:inappropriate|unsafe|contraindicated)(?: or [a-z]+)?|"
    r"(?:[a-z]+ ){0,2}(?:is|are)? ?at (?:a |an )?(?:higher|increased|high|greater) risk (?:for|of) [a-z ]+|"
    r"(?:any )?(?:major )?(?:neurologic|neurological) deficits?|"
    r"(?:[a-z]+ ){0,3}received invasive (?:treatments?|procedures?)|"
    r"inappropriate conditions? for [a-z ]+ due to"
)
_NARROWING = english.words(
    "significant severe serious major uncontrolled unstable active acute advanced stage symptomatic untreated treated "
    "decompensated relevant recent progressive dependent terminal poorly critical threatening disabling limiting "
    "planned scheduled family allergy allergic no not without non never unless except than and "
    "requiring mild moderate large extensive congenital hereditary genetic inherited traumatic degenerative malignant "
    "metastatic structural postoperative secondary idiopathic juvenile childhood resolved previous"
)
_JUDGED = english.words("opinion judgment judgement investigator investigators physician doctor surgeon considered")
_INTERFERING = english.words("interfere confound influence bias interrupt")
"""What a member of a class does only where it is bad enough: others that "may cause pain" belong to it whatever."""
_OPEN = english.GOVERNING - {"that", "which"}
_DEMANDING = english.GOVERNING | english.words("that which deemed judged considered known whose")
_ENDS = (("etc",), ("or", "other"), ("or", "others"), ("and", "others"))


_MARKERS = frozenset({"(", "as", *phrases.EXAMPLES, *phrases.DEFINITIONS})


def members_in(words: Words) -> Words | None:
    """Return the words of the members that what excludes names of a class, or None where it names none for sure."""
    for place, word in enumerate(words.words):
        if word not in _MARKERS:
            continue
        after = _after_marker(words, place)
        if word == "(" and place > 0:
            return _bracketed(words, place) if is_class(words.part(0, place)) else None
        if after > place > 0:
            return _without_rest(words.part(after)) if is_class(words.part(0, place)) else None
    return None


def _after_marker(words: Words, place: int) -> int:
    """Return the place after "such as", "eg", "ie", or ", as" before a list."""
    after = max(words.after(place, phrases.EXAMPLES), words.after(place, phrases.DEFINITIONS))
    if after > place or words.words[place] != "as" or words.words[place - 1 : place] != [","]:
        return after if after == place or words.words[place] not in ("defined", "is", "that", "meaning") else place
    return place + 1 if words.words[place:].count(",") > 1 else place


def _bracketed(words: Words, opened: int) -> Words | None:
    """Return the members in a bracket, if what stands behind it neither narrows the class nor goes on."""
    closed = words.closing(opened)
    after = words.after(closed + 1, phrases.NEUTRAL_TAILS) if closed + 1 < len(words.words) else closed + 1
    is_other = words.words[closed + 1 : closed + 3] == ["or", "other"]
    start = _after_marker(words, opened + 1)
    inside = words.part(start, closed)
    is_list = start > opened + 1 or "," in inside.words
    return _without_rest(inside) if inside.words and is_list and (is_other or after >= len(words.words)) else None


def _without_rest(members: Words) -> Words:
    """Return members without a last one that is all else of the class: "gout, lupus or other conditions that ..."."""
    place = len(members.words) - 1 - next((at for at, word in enumerate(reversed(members.words)) if word == "other"), 0)
    if place <= 1 or members.words[place] != "other" or _DEMANDING.isdisjoint(members.words[place:]):
        return members
    while place > 0 and members.words[place - 1] in (",", "or", "and", "any"):
        place -= 1
    return members.part(0, place)


def is_class(lead: Words) -> bool:
    """Whether words name a class of illnesses, and nothing in them narrows what belongs to it."""
    said = " ".join(word for word in lead.words if word not in (",", ":"))
    if _SPECIAL.fullmatch(said) and _JUDGED.isdisjoint(said.split()):
        return True
    possibly = _POSSIBLY.search(said)
    if possibly:
        if not (_JUDGED | _INTERFERING).isdisjoint(possibly["what"].split()):
            return False
        said = said[: possibly.start()]
    plain = _ALLOWED.sub(" ", said).split()
    if "inflammatory" in plain and "auto" not in plain and "autoimmune" not in plain:
        return False
    is_open = any(word in _OPEN or word in _NARROWING or word[0] in "#@(" for word in plain)
    return bool(plain) and not is_open and _ends_in_class(plain)


def _ends_in_class(words: list[str]) -> bool:
    """Whether the last word is a class of illnesses, or stands beside one: "any disease, condition or surgery"."""
    last = words[:-2] if words[-2:-1] == ["or"] and words[-1] in ("surgery", "procedure", "injury") else words
    return bool(last) and re.fullmatch(_NOUNS, last[-1]) is not None


def ends_in_others(words: Words) -> bool:
    """Whether a list says that it is not all: "gout, lupus, etc"."""
    return "," in words.words and any(tuple(words.words[-len(end) :]) == end for end in _ENDS)
