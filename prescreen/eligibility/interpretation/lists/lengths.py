"""How long something has lasted: behind a clause in between, behind a verb, or up to a day of the study."""

import re

from prescreen.eligibility.interpretation import phrases
from prescreen.eligibility.interpretation.english import words as word_set
from prescreen.eligibility.interpretation.language import Language, Words
from prescreen.eligibility.interpretation.meaning import Meaning
from prescreen.eligibility.interpretation.numbers.limits import Limits
from prescreen.eligibility.interpretation.numbers.number_tests import limits_meaning
from prescreen.eligibility.interpretation.vocabulary import Entry

SPELLS = word_set("recurrent recurring intermittent episodic episode episodes")
"""Words of what comes and goes, so that a length is none of the present spell."""
_CLAUSE = re.compile(
    r"(?:of (?:[a-z]+ ){0,2}(?:origin|cause|etiology|nature|genesis)|"
    r"as (?:their|the|his / her|a) (?:predominant|primary|main|chief) (?:pain )?"
    r"(?:condition|complaint|symptom|problem)|"
    r"without (?:any )?(?:radiating|radicular|leg) pain(?: (?:distally to|distal to|below) the knee)?|"
    r"for (?:their |the )?(?:(?:chronic |acute )?low back|back|leg|sciatic|radicular) pain)(?= |$)"
)
"""What may stand between a term and how long it has lasted, and narrows the term."""
_LEADS = frozenset({"for", "lasting", "lasts", "lasted"})
_TIMES = frozenset({"a", "mo", "wk", "d"})


def before_length(words: Words, place: int, entry: Entry) -> int:
    """Return the place after a clause that cannot last itself, if how long the term has lasted stands behind it."""
    if entry.lasts is None or not any(word[0] in "#@" for word in words.words[place + 1 :]):
        return place
    clause = _CLAUSE.match(" ".join(words.words[place:]))
    if clause is None:
        return place
    after = place + clause[0].count(" ") + 1
    led = words.after(after, phrases.LIMIT_LEADS)
    told = words.limits(led) or words.window(led)
    ends = (told.low, told.high) if told else ()
    return after if any(end and end.unit in _TIMES for end in ends) else place


def length_before_today(words: Words, place: int, led: int, entry: Entry) -> Limits | None:
    """Return as limits what is no day but a length up to today: "for at least 6 weeks before the study"."""
    window = words.window(led) if led > place and entry.lasts else None
    return Limits(window.low, window.high) if window and words.words[led - 1] in _LEADS else None


def after_limits(words: Words, place: int) -> int:
    """Return the place after the limits at a place and what may follow them and adds nothing."""
    place += 1
    while (after := words.after(place, phrases.LIMIT_TAILS)) > place:
        place = after
    return place


def read_length(words: Words, entry: Entry, language: Language) -> Meaning | None:
    """Return what a part says of how long the term before it has lasted, "and lasts for 6 weeks", or None."""
    led = words.after(0, phrases.LASTING)
    limits = words.limits(led) if led > 0 and entry.lasts else None
    if limits is None or entry.lasts is None or after_limits(words, led) < len(words.words):
        return None
    number = limits_meaning(limits, (entry.lasts,), language.bank, bare_is_least=entry.bare_is_least)
    return number if number.is_known else None
