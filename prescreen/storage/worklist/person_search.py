"""Search for people by name or e-mail, over keyed hashes: equal words match, and none can be read."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from uuid import UUID

from sqlalchemy import Select, delete, select, union
from sqlalchemy.orm import Session

from prescreen.eligibility.criteria.typed_text import folded_email, is_mark, normalised, without_joiners
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.base.upserts import insert_rows
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.referrals.states import states_where
from prescreen.storage.tables import Lead, Referral, SearchToken
from prescreen.storage.worklist.partitions import within

MOST_WORDS_OF_A_NAME = 16
"""The greatest number of words of one name that a person is found by; more are hardly a name."""

# Letters of their own, which Unicode does not decompose into a base letter and an accent.
_ONE_SIGN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
# How these letters are written where a keyboard lacks them; the short way is the letter without its accent.
_LONG = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_LONG_WRITTEN = re.compile("ae|oe|ue|aa")
# What is typed for an apostrophe. Some would become a blank by compatibility normalisation.
_APOSTROPHES = str.maketrans(dict.fromkeys("'`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u2032\u05f3\uff07", " "))
_MOST_JOINED = 3
_HIDDEN = frozenset(state.value for state in states_where(lambda one: one.hides_identity))


def folded(text: str) -> str:
    """Return a text without differences of case, accents and character width.

    >>> folded("Łucja Müller-Straße"), folded("JOSÉ")
    ('lucja muller-strasse', 'jose')
    """
    apart = normalised(_composed(text), "NFKD")
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return normalised(bare.translate(_ONE_SIGN), "NFKC")


def _composed(text: str) -> str:
    return normalised(without_joiners(text).translate(_APOSTROPHES), "NFKC").casefold()


def words_of(text: str) -> list[str]:
    """Return the words of a name, in order; an apostrophe or a hyphen ends a word.

    >>> words_of("Anne-Marie O’Brien, Anne")
    ['anne', 'marie', 'o', 'brien', 'anne']
    """
    return _split(folded(text))


def _split(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() or is_mark(sign) else " " for sign in text).split()


def _spellings(text: str) -> list[list[str]]:
    """Return the words of a name in the short spelling, and in the long one where that differs."""
    short, long = words_of(text), _split(folded(_composed(text).translate(_LONG)))
    return [short] if short == long else [short, long]


def names_found_by(name: str) -> set[str]:
    """Return all words that a person of this name is found by.

    These are its words and up to three neighbours joined, in both spellings of ä, ö, ü, ø and å: as `ae` and as `a`.

    >>> sorted(names_found_by("O’Brien"))
    ['brien', 'o', 'obrien']
    >>> names_found_by("Müller") == names_found_by("Mueller") == {"mueller", "muller"}
    True
    """
    spelt = [words[:MOST_WORDS_OF_A_NAME] for words in _spellings(name)]
    contracted = [_LONG_WRITTEN.sub(lambda found: found[0][0], word) for word in spelt[0]]
    return set(chain.from_iterable(map(_joined, [*spelt, contracted])))


def _joined(words: Sequence[str]) -> list[str]:
    return ["".join(words[start:end]) for start, end in _stretches(len(words))]


def _stretches(count: int) -> list[tuple[int, int]]:
    ends = ((start, start + size) for size in range(1, _MOST_JOINED + 1) for start in range(count))
    return [(start, end) for start, end in ends if end <= count]


def readings_of(typed: str, most: int) -> list[list[str]]:
    """Return the ways to read a search of at most `most` words; a person who matches any of them is found.

    >>> readings_of("Mary O'Brien", 6)
    [['mary', 'o', 'brien'], ['maryo', 'brien'], ['mary', 'obrien'], ['maryobrien']]
    """
    readings = []
    for words in (spelt[:most] for spelt in _spellings(typed)):
        joined = [(start, end) for start, end in _stretches(len(words)) if end > start + 1]
        readings += [words, *([*words[:start], "".join(words[start:end]), *words[end:]] for start, end in joined)]
    return [list(dict.fromkeys(words)) for words in readings if words]


def tokens_of(keys: Keys, contact: Contact) -> set[bytes]:
    """Return the search tokens of a person: what the name is found by, and the whole e-mail address."""
    addresses = {token_of_email(keys, contact.email)} if contact.email else set()
    return addresses.union(tokens_of_words(keys, names_found_by(contact.name)))


def tokens_of_words(keys: Keys, words: Iterable[str]) -> list[bytes]:
    """Return the tokens of words of a name."""
    return [keys.search_token("word", word) for word in words]


def token_of_email(keys: Keys, email: str) -> bytes:
    """Return the token of an e-mail address, whatever its spelling."""
    return keys.search_token("e-mail", folded_email(email))


def add(session: Session, lead_id: UUID, tokens: Collection[bytes]) -> None:
    """Store the tokens that a person is found by."""
    rows = [{"token": token, "lead_id": lead_id} for token in sorted(tokens)]
    insert_rows(session, SearchToken, rows)


def stored(session: Session, lead_id: UUID) -> set[bytes]:
    """Return the tokens that a person is found by."""
    return set(session.scalars(select(SearchToken.token).where(SearchToken.lead_id == lead_id)))


def erase(session: Session, lead_id: UUID) -> bool:
    """Delete a person's tokens; return whether there were any."""
    erased = session.execute(delete(SearchToken).where(SearchToken.lead_id == lead_id).returning(SearchToken.token))
    return bool(erased.all())


def renew(session: Session, keys: Keys, lead_id: UUID, contact: Contact) -> bool:
    """Replace a person's tokens and return True; a person without tokens stays without, and False is returned."""
    if not erase(session, lead_id):
        return False
    add(session, lead_id, tokens_of(keys, contact))
    return True


def with_tokens(
    session: Session, readings: Sequence[Sequence[bytes]], scope: Sequence[Assignment], limit: int
) -> list[UUID]:
    """Return the referrals of people who have all tokens of any reading, newest people first; none without a reading.

    Only referrals to these trials and sites whose team may learn who the person is.
    """
    if not readings:
        return []
    each = [_people_with(tokens) for tokens in readings]
    # Without a union, the index of one word gives its people in their order, and the search ends at the limit.
    people = (each[0] if len(each) == 1 else union(*each)).subquery()
    query = select(Referral.id).join(people, people.c.lead_id == Referral.lead_id)
    query = query.where(within(scope), Referral.state.not_in(_HIDDEN))
    return list(session.scalars(query.order_by(people.c.lead_id.desc(), Referral.id.desc()).limit(limit)))


def _people_with(tokens: Sequence[bytes]) -> Select[UUID]:
    # Aliases of the table are made in a tenth of the time that those of the class take.
    each = [SearchToken.__table__.alias().c for _ in tokens]
    same = (one.lead_id == each[0].lead_id for one in each[1:])
    return select(each[0].lead_id).where(
        *same, *(one.token == sought for one, sought in zip(each, tokens, strict=True))
    )


def with_reference(session: Session, reference: str, scope: Sequence[Assignment], limit: int) -> list[UUID]:
    """Return the referrals of the person with this reference to these trials and sites, withdrawn ones included."""
    query = select(Referral.id).join(Lead, Lead.id == Referral.lead_id).where(Lead.reference == reference)
    return list(session.scalars(query.where(within(scope)).order_by(Referral.id.desc()).limit(limit)))
