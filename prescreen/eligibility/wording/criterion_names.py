"""Short ids for criteria, from what their rules ask or from their words.

Two ids are the same name where only signs and capitals differ, as REDCap has letters, digits and underscores alone.
"""

import re
import unicodedata

from prescreen.eligibility.criteria.rules import ChoicesTest, OptionTest, Rule, Test, tests_in

_MOST_WORDS, _MOST_LETTERS = 3, 32
_WORD = re.compile(r"[a-z][a-z0-9]+")
_EMPTY_WORDS = frozenset(
    "the a an of or and in on to for with without by at is are be been being has have had having who whom that which "
    "this these those any all no not none patient patients subject subjects participant participants person people "
    "individual individuals must should will would can may able history known current currently previous prior past "
    "presence diagnosis diagnosed criteria criterion study trial clinical other such as from least more than less "
    "within during before after over under between years year months weeks days age aged male female men women adult "
    "adults including defined due evidence significant severe active documented if you your do does did one two three".split()
)


def name_of_words(text: str) -> str:
    """Return an id made of the first words of a text that tell something; "criterion" where none does.

    >>> name_of_words("Patients with a history of lumbar spine surgery"), name_of_words("≥ 18")
    ('lumbar-spine-surgery', 'criterion')
    """
    plain = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    telling = [word for word in _WORD.findall(plain) if word not in _EMPTY_WORDS]
    chosen = "-".join(dict.fromkeys(telling[:_MOST_WORDS])) or "criterion"
    return chosen[:_MOST_LETTERS].rstrip("-")


def name_of_rule(rule: Rule) -> str | None:
    """Return an id made of what a rule asks, None where it asks several things."""
    tests = list(tests_in(rule))
    if len({test.question for test in tests}) != 1:
        return None
    options = {option for test in tests for option in _options(test)}
    named = next(iter(options)) if len(options) == 1 else tests[0].question
    return re.sub(r"[^A-Za-z0-9]+", "-", named).strip("-").lower()[:_MOST_LETTERS].rstrip("-") or None


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
