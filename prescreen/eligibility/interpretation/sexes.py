"""What words say of one sex alone.

A module of its own, since a demand on one sex says nothing of others, which is easily forgotten.
"""

from prescreen.eligibility.criteria.rules import OptionTest
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Language
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning, all_of, exactly
from prescreen.eligibility.interpretation.vocabulary import Entry

SEX = "sex_at_birth"


def of_sex(meaning: Meaning, entry: Entry, frames: frozenset[Frame], language: Language, *, is_demand: bool) -> Meaning:
    """Return the meaning for people of the sex that is named; a term of one sex alone need not say it again.

    A demand on one sex, "women must ...", is not known, since it says nothing of others.
    """
    named = [option for frame, option in _SEXES if frame in frames]
    if len(named) != 1 or named[0] == entry.sex:
        return meaning
    if entry.sex is not None or is_demand:
        return UNKNOWN
    if SEX not in language.bank or named[0] not in language.bank[SEX].option_ids:
        return meaning.narrowed
    return all_of((exactly(OptionTest(SEX, frozenset(named))), meaning))


_SEXES = ((Frame.FEMALE, "female"), (Frame.MALE, "male"))
