"""Searching for people by name or e-mail. What is kept for that is keyed: equal words are found, none can be read."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, aliased

from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.referrals.states import states_where
from prescreen.storage.tables import Lead, Referral, SearchToken
from prescreen.storage.worklist.partitions import within

# Letters that are one sign, not a letter with an accent.
_ONE_SIGN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "\u2019": "'"}
)
_INSIDE = re.compile(r"(?<=\w)['\u02bc`](?=\w)")
_WORD = re.compile(r"[^\W_]+")
_HIDDEN = frozenset(state.value for state in states_where(lambda one: one.hides_identity))


def folded(text: str) -> str:
    """Return a text without what people write now one way and now another: case, accents, wide letters.

    >>> folded("Łucja Müller-Straße"), folded("JOSÉ")
    ('lucja muller-strasse', 'jose')
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return unicodedata.normalize("NFKC", bare.translate(_ONE_SIGN))


def words_of(name: str) -> list[str]:
    """Return the words of a name, each once.

    >>> words_of("Anne-Marie O’Brien, Anne")
    ['anne', 'marie', 'obrien']
    """
    return list(dict.fromkeys(_WORD.findall(_INSIDE.sub("", folded(name)))))


def tokens_of(keys: Keys, contact: Contact) -> set[bytes]:
    """Return what a person is found by: each word of the name, and the whole address."""
    addresses = {token_of_email(keys, contact.email)} if contact.email else set()
    return addresses.union(tokens_of_words(keys, words_of(contact.name)))


def tokens_of_words(keys: Keys, words: Iterable[str]) -> list[bytes]:
    """Return what stands for these words of a name."""
    return [keys.search_token("word", word) for word in words]


def token_of_email(keys: Keys, email: str) -> bytes:
    """Return what stands for an address, however it is spelled."""
    return keys.search_token("e-mail", unicodedata.normalize("NFKC", email).strip().casefold())


def add(session: Session, lead_id: UUID, tokens: Collection[bytes]) -> None:
    """Let a person be found by these."""
    rows = [{"token": token, "lead_id": lead_id} for token in sorted(tokens)]
    if rows:
        session.execute(insert(SearchToken), rows)


def erase(session: Session, lead_id: UUID) -> bool:
    """Let a person not be found any more; say whether they could be."""
    erased = session.execute(delete(SearchToken).where(SearchToken.lead_id == lead_id).returning(SearchToken.token))
    return bool(erased.all())


def renew(session: Session, keys: Keys, lead_id: UUID, contact: Contact) -> None:
    """Let a person be found by other details than before; who was not to be found any more stays so."""
    if erase(session, lead_id):
        add(session, lead_id, tokens_of(keys, contact))


def with_tokens(session: Session, tokens: Sequence[bytes], scope: Sequence[Assignment], limit: int) -> list[UUID]:
    """Return the referrals, newest people first, of those who are found by all of these; nobody's where none is given.

    Only referrals to these trials and sites whose team may learn who the person is.
    """
    if not tokens:
        return []
    each = [aliased(SearchToken) for _ in tokens]
    query = select(Referral.id).join_from(each[0], Referral, Referral.lead_id == each[0].lead_id)
    for other in each[1:]:
        query = query.join(other, other.lead_id == each[0].lead_id)
    query = query.where(*(one.token == token for one, token in zip(each, tokens, strict=True)))
    query = query.where(within(scope), Referral.state.not_in(_HIDDEN))
    return list(session.scalars(query.order_by(each[0].lead_id.desc(), Referral.id.desc()).limit(limit)))


def with_reference(session: Session, reference: str, scope: Sequence[Assignment], limit: int) -> list[UUID]:
    """Return the referrals of the person with this reference, to these trials and sites, withdrawn ones too."""
    query = select(Referral.id).join(Lead, Lead.id == Referral.lead_id).where(Lead.reference == reference)
    return list(session.scalars(query.where(within(scope)).order_by(Referral.id.desc()).limit(limit)))
