"""Words as they stand within a sentence: noun phrases, their articles and capitals; and a clause as a sentence."""

import re

from prescreen.eligibility.wording.openings import is_of_illness

_STOPS = re.compile(
    r"[,(;/:]| (?:of|in|with|due|for|that|which|at|on|as|to|from|by|who|within|during|secondary|requiring|affecting|"
    r"caused|confirmed|defined|determined|diagnosed|documented|related|associated|consistent|or|and|including|such) "
)
# fmt: off
_DEEDS = frozenset({
    "consent", "drugs", "index", "medication", "medications", "medicine", "medicines", "operation", "operations",
    "participation", "questionnaire", "scale", "score", "scores", "surgeries", "surgery", "test", "tests", "therapy",
    "tolerant", "treatment", "treatments", "trial", "use", "users",
})
_NO_NAMES = frozenset({
    "and", "demonstrate", "endorse", "experience", "it", "lack", "lacks", "meet", "meets", "not", "or", "show",
    "shows",
})
_COUNTED = frozenset({
    "abnormality", "allergy", "attack", "bone", "cause", "condition", "contraindication", "defect", "deficit",
    "deformity", "device", "diagnosis", "disc", "disorder", "episode", "fever", "fracture", "history", "illness",
    "implant", "infection", "injury", "lesion", "malformation", "nerve", "operation", "pacemaker", "procedure",
    "prosthesis", "reaction", "reason", "seizure", "stent", "stroke", "symptom", "syndrome", "tumor", "tumour",
    "zone",
})
_DETERMINED = frozenset({
    "a", "all", "an", "another", "any", "at", "been", "both", "each", "either", "every", "fewer", "had", "his", "less",
    "more", "never", "no", "none", "not", "one", "several", "some", "that", "the", "their", "these", "this", "those",
    "three", "two", "undergone", "your",
})
# fmt: on
_VOWEL = re.compile(r"[aeio]|u(?!ni|se|ti)|hour|(?:MRI|X-ray|HIV|SI|LDH)\b")
_COMMON = re.compile(
    r"[A-Z][a-z]*(?:al|ic|ive|ous|ed|ar|ary|ery|ment|ion|itis|osis|ure|oma|ute|ere|able|ible|ness|ing|ior|ant|ent)(?:s\b|\b)"
)


def head_of(words: str) -> str:
    """Return the words that a phrase begins with, up to what says more of them.

    >>> head_of("Severe pain in the low back"), head_of("Surgery due to pain"), head_of("gout, lupus")
    ('Severe pain', 'Surgery', 'gout')
    """
    return _STOPS.split(words, maxsplit=1)[0].strip()


def is_of_deed(head: str) -> bool:
    """Whether a phrase names what is done, or is no name at all, so that nobody has it.

    >>> is_of_deed("back surgery"), is_of_deed("show signs"), is_of_deed("back pain")
    (True, True, False)
    """
    listed = head.lower().split()
    if not listed:
        return True
    is_doing = listed[0].endswith("ing") and listed[0] not in ("bleeding", "existing", "co-existing", "ongoing")
    return listed[-1] in _DEEDS or listed[0] in _NO_NAMES or is_doing


def with_article(words: str) -> str:
    """Return a noun phrase with the article that its noun needs.

    >>> with_article("structural disorder of the spine"), with_article("gout"), with_article("any infection")
    ('a structural disorder of the spine', 'gout', 'any infection')
    """
    head = head_of(words).lower().split()
    is_determined = not head or head[0][0].isdigit() or not _DETERMINED.isdisjoint(head)
    if is_determined or _noun_of(words, head) not in _COUNTED:
        return words
    if head[0] == "other":
        return f"an{words}"
    return f"{'an' if _VOWEL.match(words) else 'a'} {words}"


def _noun_of(words: str, head: list[str]) -> str:
    """Return the last word of a phrase's head; of an adjective before "or", that of what comes after it."""
    alone, joint, other = words.partition(" or ")
    if joint and len(alone.split()) == 1 and not is_of_illness(alone):
        return (head_of(other).lower().split() or [""])[-1]
    return head[-1]


def without_capital(words: str) -> str:
    """Return words whose first one began a line with a capital, in small letters; names keep theirs.

    >>> without_capital("Spinal trauma"), without_capital("Parkinson disease"), without_capital("MRI")
    ('spinal trauma', 'Parkinson disease', 'MRI')
    """
    return lowered(words) if _COMMON.match(words) else words


def lowered(words: str) -> str:
    """Return words as they stand within a sentence: names and abbreviations keep their capitals.

    >>> lowered("Severe pain"), lowered("MRI of the back"), lowered("L3-L4"), lowered("I think")
    ('severe pain', 'MRI of the back', 'L3-L4', 'I think')
    """
    first = words.split(maxsplit=1)[0] if words.strip() else ""
    is_plain = first[1:].islower() or (len(first) == 1 and first != "I")
    return words[:1].lower() + words[1:] if is_plain else words


def sentence(clause: str) -> str:
    """Return a clause as a sentence, with a capital and a full stop.

    >>> sentence("you have gout"), sentence('you answer "no" to "Why?"')
    ('You have gout.', 'You answer "no" to "Why?".')
    """
    clause = clause.strip()
    ended = clause if clause.endswith((".", "!", "?")) else f"{clause}."
    return ended[:1].upper() + ended[1:]
