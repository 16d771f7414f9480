"""Short ids for criteria, from what their rules ask or from their words.

Two ids are the same name where only signs and capitals differ, as REDCap has letters, digits and underscores alone.
"""

import re

from prescreen.eligibility.criteria.rules import ChoicesTest, OptionTest, Rule, Test, tests_in
from prescreen.eligibility.criteria.typed_text import normalised

_MOST_WORDS, _MOST_LETTERS, _LEAST_LETTERS = 3, 32, 3
_WORD = re.compile(r"[a-z][a-z0-9]+")
_APOSTROPHE = re.compile(r"(?<=[a-z])['’](?:s|t|re|ve|ll)?\b")
_BARE = frozenset(
    {"both", "criterion", "drug", "false", "gone", "higher", "index", "left", "never", "none", "now", "null", "other"}
    | {"past", "right", "true", "yes"}
)
"""Names that say nothing alone, or that a file of YAML would read as something else."""
# fmt: off
_EMPTY_WORDS = frozenset({
    "a", "able", "active", "adult", "adults", "after", "age", "aged", "all", "an", "and", "any", "are", "as", "at",
    "be", "been", "before", "being", "between", "by", "can", "clinical", "criteria", "criterion", "current",
    "currently", "days", "defined", "diagnosed", "diagnosis", "did", "do", "documented", "does", "due", "during",
    "evidence", "female", "for", "from", "had", "has", "have", "having", "history", "if", "in", "including",
    "individual", "individuals", "is", "known", "least", "less", "male", "may", "men", "months", "more", "must",
    "no", "none", "not", "of", "on", "one", "or", "other", "over", "participant", "participants", "past", "patient",
    "patients", "people", "person", "presence", "previous", "prior", "severe", "should", "significant", "study",
    "subject", "subjects", "such", "than", "that", "the", "these", "this", "those", "three", "to", "trial", "two",
    "under", "weeks", "which", "who", "whom", "will", "with", "within", "without", "women", "would", "year",
    "years", "you", "your",
})
# fmt: on


def name_of_words(text: str) -> str:
    """Return an id made of the first words of a text that tell something; "criterion" where none does.

    >>> name_of_words("Patients with a history of lumbar spine surgery"), name_of_words("≥ 18")
    ('lumbar-spine-surgery', 'criterion')
    >>> name_of_words("Infectious, inflammatory, metabolic cause"), name_of_words("CT")
    ('infectious-inflammatory', 'criterion-ct')
    """
    plain = _in_letters(text)
    telling = [word for word in _WORD.findall(_APOSTROPHE.sub("", plain)) if word not in _EMPTY_WORDS]
    return _fitting([word for word in dict.fromkeys(telling) if len(word) <= _MOST_LETTERS][:_MOST_WORDS])


def _in_letters(text: str) -> str:
    """Return the beginning of a text in small letters of ASCII, without accents and signs of trade."""
    plain = normalised(re.sub("[®™©]", " ", text[:400]), "NFKD").replace("’", "'")
    return plain.encode("ascii", "ignore").decode().lower()


def _fitting(words: list[str]) -> str:
    """Return as many whole words as an id holds, with one that says what it is where they are too short for a name."""
    name = "-".join(words)
    while len(name) > _MOST_LETTERS:
        name = name.rpartition("-")[0]
    is_bare = name in _BARE or len(name) < _LEAST_LETTERS
    return f"criterion-{name}".rstrip("-") if is_bare and name != "criterion" else name


def name_of_rule(rule: Rule) -> str | None:
    """Return an id made of what a rule asks, None where it asks several things."""
    tests = list(tests_in(rule))
    if len({test.question for test in tests}) != 1:
        return None
    options = {option for test in tests for option in _options(test)}
    question = tests[0].question
    named = next(iter(options)) if len(options) == 1 else question
    if named in _BARE or len(named) < _LEAST_LETTERS:
        named = f"{question}-{named}"
    words = re.findall("[a-z0-9]+", named.lower())
    return _fitting(words) if words else None


def name_of_group(text: str) -> str:
    """Return an id for a group of people, made of what it is called where its words tell nothing.

    >>> [name_of_group(name) for name in ("Patients with type 1 diabetes", "Patients", "A", "≥")]
    ['type-1-diabetes', 'group-patients', 'group-a', 'group']
    """
    plain = _in_letters(text)
    words = re.findall("[a-z0-9]+", _APOSTROPHE.sub("", plain))
    telling = [word for word in words if word not in _EMPTY_WORDS and (len(word) > 1 or word.isdigit())]
    is_told = any(len(word) >= _LEAST_LETTERS and word not in _BARE for word in telling)
    return _fitting(telling[:_MOST_WORDS] if is_told else ["group", *words[:_MOST_WORDS]])


def _options(test: Test) -> frozenset[str]:
    match test:
        case OptionTest(options=options):
            return options
        case ChoicesTest():
            return test.mentioned
        case _:
            return frozenset()


def unique(name: str, taken: set[str]) -> str:
    """Return a name that is none of those taken, numbered where it must be, and take it.

    >>> taken = set()
    >>> [unique(name, taken) for name in ("leg-pain", "leg_pain", "leg-pain")]
    ['leg-pain', 'leg_pain-2', 'leg-pain-3']
    """
    found, number = name, 1
    while (key := re.sub("[^a-z0-9]+", "_", found.lower()).strip("_")) in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(key)
    return found
